/** Gradients of selection by condition and of casts. Comparisons have none. */
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import {
  andOp,
  castOp,
  equalOp,
  greaterEqualOp,
  greaterOp,
  isNaNOp,
  lessEqualOp,
  lessOp,
  notEqualOp,
  notOp,
  orOp,
  whereOp,
} from './op';

const tests = [
  equalOp,
  notEqualOp,
  lessOp,
  lessEqualOp,
  greaterOp,
  greaterEqualOp,
  andOp,
  orOp,
  notOp,
  isNaNOp,
];

export const gradients: readonly GradientEntry[] = [
  ...tests.map((op) => gradientOf(op, 'none')),
  gradientOf(whereOp, {
    rule: ({ ops, inputs: [condition, a, b], gradients: [dy] }) => {
      const zero = ops.zerosLike(dy);
      return [
        undefined,
        ops.sumTo(ops.where(condition, dy, zero), a.shape),
        ops.sumTo(ops.where(condition, zero, dy), b.shape),
      ];
    },
  }),
  gradientOf(castOp, {
    rule: ({ inputs: [x], gradients: [dy] }) => [x.dtype === 'f32' ? dy : undefined],
  }),
];
