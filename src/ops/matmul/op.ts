/** Matrix product of the last two axes, either side transposed; leading axes broadcast. */
import { dimBound, isMultipleOf } from '../../core/dim';
import { singleCandidate } from '../../graph/choice';
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
import { chooseMatmul } from './choose';
import { sizesOf } from './sizes';
import type { MatmulVariant } from './variant';

function calls(call: LoweringCall<MatmulAttrs, 2, 1>): readonly KernelCall[] {
  const { node, target, epilogue } = call;
  const [a, b] = node.inputs;
  const { transposeA, transposeB } = node.attrs;
  const { m, n, k, batch, strideA, strideB, spans } = sizesOf(a, b, node.attrs);
  const bounds = { m: dimBound(m), n: dimBound(n), k: dimBound(k), batch: dimBound(batch) };
  const aligned = { m: isMultipleOf(m, 4), n: isMultipleOf(n, 4), k: isMultipleOf(k, 4) };
  // Along a single span one stride is enough for each side.
  const isMixed = spans.length > 1;
  const mixed = isMixed ? { spans: spans.map(({ side }) => side) } : {};
  const layout = { transposeA, transposeB, aligned, ...mixed };
  const variant: MatmulVariant = call.choose(
    target.kernels?.matmul?.(call) ??
      singleCandidate('matmul', chooseMatmul(bounds, layout, target)),
  );
  return [
    kernelCall({
      kernel: variant.kernel,
      spec: variant.spec(layout, epilogue),
      operands: [input(0), input(1), output(0)],
      params: [m, n, k, strideA, strideB, ...(isMixed ? spans.map(({ size }) => size) : [])],
      grid: (size) =>
        variant.grid({ m: size(m), n: size(n), k: size(k), batch: size(batch) }, target),
    }),
  ];
}

export const matmulOp = defineOp<MatmulAttrs, 2>({
  name: 'matmul',
  inputs: 2,
  infer: ([a, b], attrs) => {
    const { outer, n } = sizesOf(a, b, attrs);
    return [{ dtype: 'f32', shape: [...outer, n] }];
  },
  lowering: { kind: 'kernel', calls, epilogue: true },
});

/**
 * a @ b over the last two axes; either may be transposed. The leading axes, which number the matrices of a
 * batch, broadcast like NumPy's: [2, 1, M, K] @ [3, K, N] is [2, 3, M, N]. Broadcasting copies nothing.
 * @param a [..., M, K] ([..., K, M] transposed)
 * @param b [..., K, N] ([..., N, K] transposed)
 * @returns [..., M, N]
 * @throws ShapeError when the inner sizes differ, or the leading axes do not broadcast; DTypeError
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
