/** Products with packed weights, which are frozen: the gradient is that of x alone. */
import { packedCandidates } from '../../../shaders/packed';
import type { Arithmetic } from '../../../shaders/packed/format';
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
  attrsOf,
  checkedRows,
  type PackedAttrs,
  type PackedMatmulAttrs,
  type PackedMatrix,
  packedSizes,
  tensorsOf,
} from './attrs';

export type { PackedMatrix } from './attrs';

function infer(
  [x, ...matrix]: Counted<TensorType, [2, 3]>,
  attrs: PackedAttrs,
): Counted<TensorType, 1> {
  if (x.dtype !== 'f32' || x.shape.length < 1) {
    const found = formatType(x);
    throw new DTypeError(`packedMatmul: expected f32 of rank 1 or more, found ${found}`);
  }
  const rows = checkedRows('packedMatmul', attrs, matrix);
  if (!dimsEqual(lastDim(x), attrs.columns)) {
    throw new ShapeError(
      `packedMatmul: inner sizes differ: ${formatType(x)} x [${rows},${attrs.columns}] transposed`,
    );
  }
  return [{ dtype: 'f32', shape: [...x.shape.slice(0, -1), rows] }];
}

function calls(call: LoweringCall<PackedMatmulAttrs, [2, 3], 1>): readonly KernelCall[] {
  const { node, target, epilogue } = call;
  const { attrs, inputs } = node;
  const { format, group, columns: k, arithmetic } = attrs;
  const m = numberOfElements(inputs[0].shape.slice(0, -1));
  const n = lastDim(node.types[0]);
  const size = { m: dimBound(m), n: dimBound(n), k };
  const packing = { format, group };
  const found = packedCandidates(size, target, packing, arithmetic);
  const exact = arithmetic === 'f32' ? '' : ` ${arithmetic}`;
  const variant = call.choose({
    family: `product with ${format}`,
    shape: `${group}${exact} ${sizeClass(size)}${k % 4 === 0 ? ' k' : ''}`,
    candidates: new Map(found.map((one) => [one.name, one])),
  });
  return [
    kernelCall({
      kernel: variant.kernel,
      spec: variant.spec(packing, size, epilogue),
      operands: [...inputs.map((_, i) => input(i)), output(0)],
      params: [m, n, k, ...packedSizes(attrs)],
      grid: (value) => variant.grid({ m: value(m), n: value(n) }),
    }),
  ];
}

export const packedMatmulOp = defineOp<PackedMatmulAttrs, [2, 3]>({
  name: 'packedMatmul',
  inputs: [2, 3],
  infer,
  lowering: { kind: 'kernel', calls, epilogue: true },
});

/**
 * x @ W^T with W packed, unpacked in registers or workgroup memory.
 * @param x [..., K]  @param matrix W [N, K]
 * @param arithmetic with f16, products of more than a few rows may be computed in half precision, and
 *   summed by 16, where the device has it: x must stay below 65,504 / (16 max |W|), and what is below
 *   6e-5 may count as 0
 * @returns [..., N]
 * @throws ShapeError when inner sizes, words or scales do not fit; OptionError for a group that cannot be
 */
export function packedMatmul(
  x: Tensor,
  matrix: PackedMatrix,
  arithmetic: Arithmetic = 'f32',
): Tensor {
  return apply(packedMatmulOp, [x, ...tensorsOf(matrix)], { ...attrsOf(matrix), arithmetic });
}

declare module '../../graph/op' {
  interface OpSet {
    packedMatmul: typeof packedMatmul;
  }
}
