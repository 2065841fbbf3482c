/** Index of the largest value of each row; see also topK.ts. */
import { argmax as argmaxKernel } from '../../../shaders/argmax/argmax.wgsl';
import { DTypeError, ShapeError } from '../../core/errors';
import { formatType, type TensorType } from '../../core/shape';
import { apply } from '../../graph/node';
import { defineOp, input, kernelCall, output, type Tensor } from '../../graph/op';
import { rowsOf, teamGrid, teamOf } from '../rows';

type NoAttrs = Readonly<Record<string, never>>;

/** The type of x, checked to be f32 of rank 1 or more. @throws DTypeError */
export function rowsType(name: string, x: TensorType): TensorType {
  if (x.dtype === 'f32' && x.shape.length > 0) return x;
  const found = formatType(x);
  throw new DTypeError(`${name}: expected f32 of rank 1 or more, found ${found}`);
}

export const argmaxOp = defineOp<NoAttrs>({
  name: 'argmax',
  infer: ([x]) => {
    const { shape } = rowsType('argmax', x);
    if (shape.at(-1) !== 0) return [{ dtype: 'i32', shape: shape.slice(0, -1) }];
    throw new ShapeError(`argmax: expected values, found ${formatType(x)}`);
  },
  lowering: {
    kind: 'kernel',
    epilogue: true,
    calls: (call) => {
      const { node, epilogue } = call;
      const shape = node.inputs[0].shape;
      const { rows, size } = rowsOf(shape);
      const team = teamOf(call, shape, { wide: false });
      return [
        kernelCall({
          kernel: argmaxKernel,
          spec: { team, epilogue },
          operands: [input(0), output(0)],
          params: [rows, size],
          grid: teamGrid(rows, team),
        }),
      ];
    },
  },
});

/**
 * Index of the largest value along the last axis, the lowest on ties.
 * @param x [..., n]
 * @returns i32 [...]
 * @throws DTypeError; ShapeError if n is 0
 */
export function argmax(x: Tensor): Tensor {
  return apply(argmaxOp, [x], {});
}

declare module '../../graph/op' {
  interface OpSet {
    argmax: typeof argmax;
  }
}
