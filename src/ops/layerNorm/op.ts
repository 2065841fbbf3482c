/** Layer norm (PyTorch's nn.LayerNorm over the last axis) and RMS norm. */

import { normForward } from '../../../shaders/layerNorm/forward.wgsl';
import { checkOptions, DTypeError, OptionError, ShapeError } from '../../core/errors';
import { formatType, lastDim, shapesEqual, type TensorType } from '../../core/shape';
import { type Counted, checkCount } from '../../graph/count';
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
import { isFloat } from '../checks';
import { rowsOf, teamGrid, teamOf } from '../rows';
import type { NormAttrs } from './attrs';

function infer(inputs: Counted<TensorType, [1, 3]>, attrs: NormAttrs): Counted<TensorType, 2> {
  const name = attrs.center ? 'layerNorm' : 'rmsNorm';
  checkCount(`${name} inputs`, inputs, 1 + Number(attrs.weight) + Number(attrs.bias));
  const [x, ...parameters] = inputs;
  if (inputs.some(({ dtype }) => dtype !== 'f32') || x.shape.length === 0) {
    const found = inputs.map(formatType).join(', ');
    throw new DTypeError(`${name}: expected f32 tensors and x of rank 1 or more, found ${found}`);
  }
  if (!(attrs.epsilon >= 0 && isFloat(attrs.epsilon))) {
    throw new OptionError(`${name}: epsilon must be 0 or more, found ${attrs.epsilon}`);
  }
  const size = lastDim(x);
  for (const type of parameters) {
    if (!shapesEqual(type.shape, [size])) {
      throw new ShapeError(
        `${name}: weight and bias must be f32[${size}] for x ${formatType(x)}, found ` +
          formatType(type),
      );
    }
  }
  return [x, { dtype: 'f32', shape: [...x.shape.slice(0, -1), 2] }];
}

function calls(call: LoweringCall<NormAttrs, [1, 3], 2>): readonly KernelCall[] {
  const { node, epilogue } = call;
  const { epsilon, center, weight, bias } = node.attrs;
  const shape = node.types[0].shape;
  const { rows, size } = rowsOf(shape);
  const team = teamOf(call, shape, { holds: true });
  const save = call.used(1);
  return [
    kernelCall({
      kernel: normForward,
      spec: { team, center, weight, bias, epsilon, save, epilogue },
      operands: [...node.inputs.map((_, i) => input(i)), output(0), ...(save ? [output(1)] : [])],
      params: [rows, size],
      grid: teamGrid(rows, team),
    }),
  ];
}

/** Outputs: y, and for the gradient (mean - first element, 1 / standard deviation) of each row. */
export const normOp = defineOp<NormAttrs, [1, 3], 2>({
  name: 'norm',
  inputs: [1, 3],
  outputs: 2,
  infer,
  lowering: { kind: 'kernel', calls, epilogue: true, optional: () => [1] },
});

export interface NormOptions {
  /** Added to the variance (for RMS norm, to the mean square); 1e-5 by default. */
  readonly epsilon?: number;
}

function applyNorm(
  center: boolean,
  x: Tensor,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
  options: NormOptions,
): Tensor {
  checkOptions(center ? 'layerNorm' : 'rmsNorm', options, ['epsilon']);
  const parameters = [weight, bias].filter((tensor) => tensor !== undefined);
  return apply(normOp, [x, ...parameters], {
    epsilon: options.epsilon ?? 1e-5,
    center,
    weight: weight !== undefined,
    bias: bias !== undefined,
  });
}

/**
 * Layer norm over the last axis (Ba et al. 2016, eq. 3-4; PyTorch's nn.LayerNorm):
 * (x - mean) / sqrt(variance + epsilon) * weight + bias, with the biased variance.
 * @param x [..., C]  @param weight [C], 1 when undefined  @param bias [C], 0 when undefined
 * @throws ShapeError when weight or bias are not [C]; DTypeError; OptionError
 */
export function layerNorm(
  x: Tensor,
  weight?: Tensor,
  bias?: Tensor,
  options: NormOptions = {},
): Tensor {
  return applyNorm(true, x, weight, bias, options);
}

/**
 * RMS norm over the last axis (Zhang and Sennrich 2019): x / sqrt(mean(x^2) + epsilon) * weight.
 * @param x [..., C]  @param weight [C], 1 when undefined
 * @throws ShapeError when the weight is not [C]; DTypeError; OptionError
 */
export function rmsNorm(x: Tensor, weight?: Tensor, options: NormOptions = {}): Tensor {
  return applyNorm(false, x, weight, undefined, options);
}

declare module '../../graph/op' {
  interface OpSet {
    layerNorm: typeof layerNorm;
    rmsNorm: typeof rmsNorm;
  }
}
