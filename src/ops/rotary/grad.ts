/** The gradient of a rotation is the inverse rotation. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { apply } from '../../graph/node';
import { rotaryOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(rotaryOp, {
    rule: ({ attrs, inputs: [, ...others], gradients: [dy] }) => [
      apply(rotaryOp, [dy, ...others], { ...attrs, inverse: !attrs.inverse }),
    ],
  }),
];
