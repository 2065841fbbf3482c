/** Gradient of clipping: 0 outside the bounds. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { clipOp } from './op';

export const gradients: readonly GradientEntry[] = [
  gradientOf(clipOp, {
    rule: ({ ops, attrs: { min, max }, inputs: [x], gradients: [dy] }) => {
      if (x.dtype !== 'f32') return [];
      const tests = [
        ...(min === undefined ? [] : [ops.greaterEqual(x, ops.fill(x.shape, min))]),
        ...(max === undefined ? [] : [ops.lessEqual(x, ops.fill(x.shape, max))]),
      ];
      const inside = tests.reduce((a, b) => ops.and(a, b));
      return [ops.where(inside, dy, ops.zerosLike(dy))];
    },
  }),
];
