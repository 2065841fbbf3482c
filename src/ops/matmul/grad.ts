/** Gradients of matrix products: two more products. */
import { defined } from '../../core/errors';
import { numberOfElements } from '../../core/shape';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import type { OpSet, Tensor } from '../../graph/op';
import type { MatmulAttrs } from './attrs';
import { matmulOp } from './op';

/** The matrix of all rows: [..., M, N] as [rows, N]. */
function flat(ops: OpSet, x: Tensor): Tensor {
  return ops.reshape(x, [numberOfElements(x.shape.slice(0, -1)), x.shape.at(-1) ?? 1]);
}

function matmulGrad(
  ops: OpSet,
  { transposeA, transposeB }: MatmulAttrs,
  a: Tensor,
  b: Tensor,
  dy: Tensor,
): readonly Tensor[] {
  const da = transposeA
    ? ops.matmul(b, dy, { transposeA: transposeB, transposeB: true })
    : ops.matmul(dy, b, { transposeB: !transposeB });
  const folds = b.shape.length === 2 && !transposeA;
  // A shared B: its gradient sums over the batch, which is one product over all rows.
  const [rows, dRows] = folds ? [flat(ops, a), flat(ops, dy)] : [a, dy];
  const db = transposeB
    ? ops.matmul(dRows, rows, { transposeA: true, transposeB: transposeA })
    : ops.matmul(rows, dRows, { transposeA: !transposeA });
  return [ops.sumTo(da, a.shape), ops.sumTo(db, b.shape)];
}

export const gradients: readonly GradientEntry[] = [
  gradientOf(matmulOp, {
    rule: ({ ops, attrs, inputs: [a, b], gradients: [dy] }) =>
      a === undefined || b === undefined || dy === undefined
        ? []
        : matmulGrad(ops, attrs, a, b, dy),
    // A contraction over rows: all rows of all steps in one product.
    overSteps: {
      applies: (inputs, { transposeA, transposeB }) =>
        transposeA && !transposeB && inputs.every(({ shape }) => shape.length === 2),
      rule: (ops, stacked, attrs) => {
        const [a, b] = stacked.map((x) => flat(ops, x));
        return ops.matmul(defined(a, 'a'), defined(b, 'b'), attrs);
      },
    },
  }),
];
