/** Gradient of gathering: a scatter-add into the places that were read. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { gatherOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(gatherOp, {
    rule: ({ ops, attrs: { axis }, inputs: [x, indices], gradients: [dy] }) => [
      ops.scatter(ops.zerosLike(x), indices, dy, { axis, mode: 'add' }),
    ],
  }),
];
