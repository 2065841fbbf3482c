/** Matrix product of the last two axes, either side transposed, batched or shared. */
import { matmulCandidates } from '../../../shaders/matmul';
import { type Dim, dimBound, dimsEqual, isMultipleOf, multiplyDims } from '../../core/dim';
import { DTypeError, defined, ShapeError } from '../../core/errors';
import { formatType, type Shape, type TensorType } from '../../core/shape';
import { sizeClass } from '../../graph/choice';
import { apply } from '../../graph/node';
import {
  defineOp,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  output,
  type Tensor,
} from '../../graph/op';
import type { MatmulAttrs } from './attrs';

interface Sizes {
  readonly m: Dim;
  readonly n: Dim;
  readonly k: Dim;
  readonly batch: Dim;
  readonly outer: Shape;
  /** Elements from one matrix to the next; 0 for a matrix shared by the batch. */
  readonly strideA: Dim;
  readonly strideB: Dim;
}

function sizesOf(a: TensorType, b: TensorType, { transposeA, transposeB }: MatmulAttrs): Sizes {
  const fits = a.dtype === 'f32' && b.dtype === 'f32' && a.shape.length >= 2 && b.shape.length >= 2;
  if (!fits) {
    throw new DTypeError(
      `matmul: expected f32 matrices, found ${formatType(a)} and ${formatType(b)}`,
    );
  }
  const [rows = 1, columns = 1] = a.shape.slice(-2);
  const [m, k] = transposeA ? [columns, rows] : [rows, columns];
  const [first = 1, second = 1] = b.shape.slice(-2);
  const [kb, n] = transposeB ? [second, first] : [first, second];
  if (!dimsEqual(k, kb)) {
    throw new ShapeError(
      `matmul: inner sizes differ: ${formatType(a)}${transposeA ? ' transposed' : ''} x ` +
        `${formatType(b)}${transposeB ? ' transposed' : ''}: ${k} against ${kb}; transpose one?`,
    );
  }
  const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  if (outerB.length === 0 && !transposeA) {
    // One B for all: the batch is just more rows.
    const folded = outerA.reduce<Dim>(multiplyDims, m);
    return { m: folded, n, k, batch: 1, outer: [...outerA, m], strideA: 0, strideB: 0 };
  }
  const outer = outerA.length === 0 ? outerB : outerA;
  const same = outerA.every((d, i) => dimsEqual(d, outerB[i] ?? -1));
  if (outerA.length > 0 && outerB.length > 0 && !(same && outerA.length === outerB.length)) {
    throw new ShapeError(
      `matmul: batch sizes differ: ${formatType(a)} x ${formatType(b)}; reshape one?`,
    );
  }
  return {
    m,
    n,
    k,
    batch: outer.reduce<Dim>(multiplyDims, 1),
    outer: [...outer, m],
    strideA: outerA.length === 0 ? 0 : multiplyDims(m, k),
    strideB: outerB.length === 0 ? 0 : multiplyDims(k, n),
  };
}

function calls(call: LoweringCall<MatmulAttrs>): readonly KernelCall[] {
  const { node, target, epilogue } = call;
  const [a, b] = node.inputs;
  if (a === undefined || b === undefined) return [];
  const { transposeA, transposeB } = node.attrs;
  const { m, n, k, batch, strideA, strideB } = sizesOf(a, b, node.attrs);
  const bounds = { m: dimBound(m), n: dimBound(n), k: dimBound(k), batch: dimBound(batch) };
  const aligned = { m: isMultipleOf(m, 4), n: isMultipleOf(n, 4), k: isMultipleOf(k, 4) };
  const sides = `${transposeA ? 't' : 'n'}${transposeB ? 't' : 'n'}`;
  const quads = Object.entries(aligned).flatMap(([side, isAligned]) => (isAligned ? [side] : []));
  const variant = call.choose({
    family: 'matmul',
    shape: `${sides} ${quads.join('')} ${sizeClass({ m, n, k, batch })}`,
    candidates: new Map(matmulCandidates(bounds, target).map((one) => [one.name, one])),
  });
  return [
    kernelCall({
      kernel: variant.kernel,
      spec: variant.spec({ transposeA, transposeB, aligned }, epilogue),
      operands: [input(0), input(1), output(0)],
      params: [m, n, k, strideA, strideB],
      grid: (size) =>
        variant.grid({ m: size(m), n: size(n), k: size(k), batch: size(batch) }, target),
    }),
  ];
}

export const matmulOp = defineOp<MatmulAttrs>({
  name: 'matmul',
  infer: ([a, b], attrs) => {
    if (a === undefined || b === undefined) throw new DTypeError('matmul: expected two tensors');
    const { outer, n } = sizesOf(a, b, attrs);
    return [{ dtype: 'f32', shape: [...outer, n] }];
  },
  lowering: { kind: 'kernel', calls, epilogue: true },
  cost: ({ inputs: [a, b], attrs }) => {
    const { m, n, k, batch } = sizesOf(defined(a, 'a'), defined(b, 'b'), attrs);
    return { flops: [2, m, n, k, batch].reduce(multiplyDims) };
  },
});

/**
 * a @ b over the last two axes; either may be transposed.
 * @param a [..., M, K] ([..., K, M] transposed)
 * @param b [K, N] shared by all, or [..., K, N] with the same leading sizes ([..., N, K] transposed)
 * @returns [..., M, N]
 * @throws ShapeError when the inner or the batch sizes differ
 */
export function matmul(a: Tensor, b: Tensor, options: Partial<MatmulAttrs> = {}): Tensor {
  const { transposeA = false, transposeB = false } = options;
  return apply(matmulOp, [a, b], { transposeA, transposeB });
}

declare module '../../graph/op' {
  interface OpSet {
    matmul: typeof matmul;
  }
}
