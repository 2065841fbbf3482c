/** Gradients of fills and scaling. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { fillOp, linearOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(fillOp, { rule: () => [] }),
  gradientOf(linearOp, {
    linear: ({ offset }) => offset === 0,
    rule: ({ ops, attrs, gradients: [dy] }) => [ops.scale(dy, attrs.factor)],
  }),
];
