/** Gradient of dropout: the same mask again. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { dropoutOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(dropoutOp, {
    rule: ({ ops, attrs, inputs: [, key], gradients: [dy] }) => [ops.dropout(dy, key, attrs)],
  }),
];
