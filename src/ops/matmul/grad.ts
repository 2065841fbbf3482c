/** Gradients of matrix products: two more products. */
import { lastDim, numberOfElements } from '../../core/shape';
import type { Counted } from '../../graph/count';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import type { OpSet, Tensor } from '../../graph/op';
import type { MatmulAttrs } from './attrs';
import { matmulOp } from './op';

/** Merges the last `count` batch axes into the rows: [..., S, M, N] to [..., S * M, N] for a count of 1. */
function flat(ops: OpSet, x: Tensor, count = x.shape.length - 2): Tensor {
  const kept = Math.max(0, x.shape.length - 2 - count);
  const rows = numberOfElements(x.shape.slice(kept, -1));
  return ops.reshape(x, [...x.shape.slice(0, kept), rows, lastDim(x)]);
}

/** Number of last batch axes of the product along which B is broadcast. */
function repeatsOf(b: Tensor, dy: Tensor): number {
  const own = b.shape.slice(0, -2).findLastIndex((size) => size !== 1);
  return own < 0 ? dy.shape.length - 2 : b.shape.length - 3 - own;
}

function matmulGrad(
  ops: OpSet,
  { transposeA, transposeB }: MatmulAttrs,
  a: Tensor,
  b: Tensor,
  dy: Tensor,
): Counted<Tensor, 2> {
  const da = transposeA
    ? ops.matmul(b, dy, { transposeA: transposeB, transposeB: true })
    : ops.matmul(dy, b, { transposeB: !transposeB });
  // The gradient of a B shared by the batch sums over the batch, which is one product over all rows.
  const folded = transposeA ? 0 : repeatsOf(b, dy);
  const [rows, dRows] = folded > 0 ? [flat(ops, a, folded), flat(ops, dy, folded)] : [a, dy];
  const db = transposeB
    ? ops.matmul(dRows, rows, { transposeA: true, transposeB: transposeA })
    : ops.matmul(rows, dRows, { transposeA: !transposeA });
  const kept = Math.max(0, b.shape.length - 2 - folded);
  const shape = [...b.shape.slice(0, kept), ...b.shape.slice(-2)];
  return [ops.sumTo(da, a.shape), ops.reshape(ops.sumTo(db, shape), b.shape)];
}

export const gradients: readonly GradientEntry[] = [
  gradientOf(matmulOp, {
    rule: ({ ops, attrs, inputs: [a, b], gradients: [dy] }) => matmulGrad(ops, attrs, a, b, dy),
    // The product contracts over rows, so that the rows of all steps are contracted in one product.
    overSteps: {
      applies: (inputs, { transposeA, transposeB }) =>
        transposeA && !transposeB && inputs.every(({ shape }) => shape.length === 2),
      rule: (ops, [a, b], attrs) => ops.matmul(flat(ops, a), flat(ops, b), attrs),
    },
  }),
];
