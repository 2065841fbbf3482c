/** The sum of squares of a flat arena, for clipping by the global norm. */
import {
  partialSquares,
  SUM_GROUPS,
  SUM_LANES,
  totalSquares,
} from '../../../shaders/optimizer/sumSquares.wgsl';
import { divideDims, isMultipleOf } from '../../core/dim';
import { DTypeError } from '../../core/errors';
import { formatType, numberOfElements } from '../../core/shape';
import { apply } from '../../graph/node';
import {
  type Attrs,
  defineOp,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  output,
  scratch,
  type Tensor,
} from '../../graph/op';

function calls({ node, epilogue }: LoweringCall<Attrs, 1, 1>): readonly KernelCall[] {
  const size = numberOfElements(node.inputs[0].shape);
  const width = size !== 0 && isMultipleOf(size, 4) ? 4 : 1;
  return [
    kernelCall({
      kernel: partialSquares,
      spec: { width },
      operands: [input(0), scratch(0)],
      params: [divideDims(size, width)],
      grid: () => [SUM_GROUPS, 1, 1],
    }),
    kernelCall({
      kernel: totalSquares,
      spec: { epilogue },
      operands: [scratch(0), output(0)],
      params: [],
      grid: () => [1, 1, 1],
    }),
  ];
}

export const sumSquaresOp = defineOp<Attrs>({
  name: 'sumSquares',
  infer: ([x]) => {
    if (x.dtype !== 'f32') {
      throw new DTypeError(`sumSquares: expected f32, found ${formatType(x)}`);
    }
    return [{ dtype: 'f32', shape: [1] }];
  },
  lowering: {
    kind: 'kernel',
    calls,
    epilogue: true,
    scratch: () => [{ dtype: 'f32', shape: [SUM_LANES] }],
  },
});

/** The sum of the squares of all elements; the squares are not stored. @returns [1] */
export function sumSquares(x: Tensor): Tensor {
  return apply(sumSquaresOp, [x], {});
}
