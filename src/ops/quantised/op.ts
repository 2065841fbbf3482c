/** Products with quantised weights. Weights are frozen: only x has a gradient. */
import { dimBound, dimsEqual } from '../../core/dim';
import { DTypeError, ShapeError } from '../../core/errors';
import { formatType, lastDim, numberOfElements, type TensorType } from '../../core/shape';
import { sizeClass } from '../../graph/choice';
import type { Counted } from '../../graph/count';
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
import {
  type Arithmetic,
  attrsOf,
  checkedRows,
  type QuantisedAttrs,
  type QuantisedMatmulAttrs,
  type QuantisedMatrix,
  quantisedSizes,
  tensorsOf,
} from './attrs';
import { quantisedCandidates } from './candidates';

export type { QuantisedMatrix } from './attrs';

function infer(
  [x, ...matrix]: Counted<TensorType, [2, 3]>,
  attrs: QuantisedAttrs,
): Counted<TensorType, 1> {
  if (x.dtype !== 'f32' || x.shape.length < 1) {
    const found = formatType(x);
    throw new DTypeError(`quantisedMatmul: expected f32 of rank 1 or more, found ${found}`);
  }
  const rows = checkedRows('quantisedMatmul', attrs, matrix);
  if (!dimsEqual(lastDim(x), attrs.columns)) {
    throw new ShapeError(
      `quantisedMatmul: inner sizes differ: ${formatType(x)} x [${rows},${attrs.columns}] transposed`,
    );
  }
  return [{ dtype: 'f32', shape: [...x.shape.slice(0, -1), rows] }];
}

function calls(call: LoweringCall<QuantisedMatmulAttrs, [2, 3], 1>): readonly KernelCall[] {
  const { node, target, epilogue } = call;
  const { attrs, inputs } = node;
  const { format, group, columns: k, arithmetic } = attrs;
  const m = numberOfElements(inputs[0].shape.slice(0, -1));
  const n = lastDim(node.types[0]);
  const size = { m: dimBound(m), n: dimBound(n), k };
  const scheme = { format, group };
  const found = quantisedCandidates(size, target, scheme, arithmetic);
  const exact = arithmetic === 'f32' ? '' : ` ${arithmetic}`;
  const variant = call.choose({
    family: `product with ${format}`,
    shape: `${group}${exact} ${sizeClass(size)}${k % 4 === 0 ? ' k' : ''}`,
    candidates: new Map(found.map((one) => [one.name, one])),
  });
  return [
    kernelCall({
      kernel: variant.kernel,
      spec: variant.spec(scheme, { n, k }, epilogue),
      operands: [...inputs.map((_, i) => input(i)), output(0)],
      params: [m, n, k, ...quantisedSizes(attrs)],
      grid: (value) => variant.grid({ m: value(m), n: value(n) }),
    }),
  ];
}

export const quantisedMatmulOp = defineOp<QuantisedMatmulAttrs, [2, 3]>({
  name: 'quantisedMatmul',
  inputs: [2, 3],
  infer,
  lowering: { kind: 'kernel', calls, epilogue: true },
});

/**
 * x @ W^T for a quantised W, which is dequantised in registers or workgroup memory.
 * @param x [..., K]  @param matrix W [N, K]
 * @param arithmetic with f16, products of more than a few rows may be computed in half precision, and summed in
 *   groups of 16, where the device supports it: x must stay below 65,504 / (16 max |W|), and values below 6e-5
 *   may count as 0
 * @returns [..., N]
 * @throws ShapeError when inner sizes, words or scales do not fit; OptionError for an invalid group size
 */
export function quantisedMatmul(
  x: Tensor,
  matrix: QuantisedMatrix,
  arithmetic: Arithmetic = 'f32',
): Tensor {
  return apply(quantisedMatmulOp, [x, ...tensorsOf(matrix)], { ...attrsOf(matrix), arithmetic });
}

declare module '../../graph/op' {
  interface OpSet {
    quantisedMatmul: typeof quantisedMatmul;
  }
}
