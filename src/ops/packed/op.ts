/** Products with packed weights, which are frozen: the gradient is that of x alone. */
import { choosePacked } from '../../../shaders/packed';
import { dimBound, dimsEqual } from '../../core/dim';
import { DTypeError, ShapeError } from '../../core/errors';
import { formatType, numberOfElements, type TensorType } from '../../core/shape';
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
  type PackedMatrix,
  packedSizes,
  tensorsOf,
} from './attrs';

export type { PackedMatrix } from './attrs';

function infer(types: readonly TensorType[], attrs: PackedAttrs): readonly TensorType[] {
  const [x, ...matrix] = types;
  if (x?.dtype !== 'f32' || x.shape.length < 1) {
    const found = x === undefined ? 'nothing' : formatType(x);
    throw new DTypeError(`packedMatmul: expected f32 of rank 1 or more, found ${found}`);
  }
  const rows = checkedRows('packedMatmul', attrs, matrix);
  if (!dimsEqual(x.shape.at(-1) ?? 1, attrs.columns)) {
    throw new ShapeError(
      `packedMatmul: inner sizes differ: ${formatType(x)} x [${rows},${attrs.columns}] transposed`,
    );
  }
  return [{ dtype: 'f32', shape: [...x.shape.slice(0, -1), rows] }];
}

function calls({ node, target, epilogue }: LoweringCall<PackedAttrs>): readonly KernelCall[] {
  const { attrs, inputs } = node;
  const { format, group, columns: k } = attrs;
  const m = numberOfElements(inputs[0]?.shape.slice(0, -1) ?? []);
  const n = node.types[0]?.shape.at(-1) ?? 1;
  const size = { m: dimBound(m), n: dimBound(n), k };
  const packing = { format, group };
  const variant = choosePacked(size, target, packing);
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

export const packedMatmulOp = defineOp<PackedAttrs>({
  name: 'packedMatmul',
  infer,
  lowering: { kind: 'kernel', calls, epilogue: true },
});

/**
 * x @ W^T with W packed: f32 arithmetic, weights unpacked in registers or workgroup memory.
 * @param x [..., K]  @param matrix W [N, K]
 * @returns [..., N]
 * @throws ShapeError when inner sizes, words or scales do not fit; OptionError for a group that cannot be
 */
export function packedMatmul(x: Tensor, matrix: PackedMatrix): Tensor {
  return apply(packedMatmulOp, [x, ...tensorsOf(matrix)], attrsOf(matrix));
}

declare module '../../graph/op' {
  interface OpSet {
    packedMatmul: typeof packedMatmul;
  }
}
