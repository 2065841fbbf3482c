/** In-place updates of flat arenas, one dispatch each, and clipping by the global norm. */
import { type AdamSpec, adamKernel } from '../../../shaders/optimizer/adam.wgsl';
import { type SgdSpec, sgdKernel } from '../../../shaders/optimizer/sgd.wgsl';
import { OptionError } from '../../core/errors';
import { dims } from '../../core/shape';
import { type Counted, checkCount } from '../../graph/count';
import { applyAll } from '../../graph/node';
import { defineOp, input, kernelCall, output, type Tensor } from '../../graph/op';
import { div, minimum } from '../binary/op';
import { fill, scale } from '../fill/op';
import { sqrt } from '../unary/op';
import { checkArenas, checkValues, type UpdateInputs, updateGrid } from './arenas';
import { sumSquares } from './sumSquares';

export { adagrad, adagradOp } from './adagrad';
export { rmsprop, rmspropOp } from './rmsprop';
export { sumSquares, sumSquaresOp } from './sumSquares';

/**
 * Inputs: parameters, m, v, gradients, scale [1], rate [1], corrections [2] and, for amsgrad, the largest v.
 */
export const adamOp = defineOp<AdamSpec, [7, 8], [3, 4]>({
  name: 'adam',
  inputs: [7, 8],
  outputs: [3, 4],
  infer: (inputs, { beta1, beta2, epsilon, amsgrad }) => {
    checkCount('adam inputs', inputs, amsgrad ? 8 : 7);
    const [parameters, m, v, gradients, factor, rate, corrections, ...largest] = inputs;
    checkArenas('adam', [parameters, m, v, gradients, ...largest]);
    checkValues('adam', [
      [factor, 1],
      [rate, 1],
      [corrections, 2],
    ]);
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0)) {
      throw new OptionError(`adam: betas ${beta1}, ${beta2} must be in [0,1), epsilon positive`);
    }
    return [parameters, m, v, ...largest];
  },
  lowering: {
    kind: 'kernel',
    inPlace: ({ amsgrad }) =>
      new Map([[0, 0], [1, 1], [2, 2], ...(amsgrad ? [[3, 7] as const] : [])]),
    calls: ({ node }) => {
      const [size] = dims(node.types[0], 1, 'adam');
      return [
        kernelCall({
          kernel: adamKernel,
          spec: node.attrs,
          operands: [3, 4, 5, 6].map(input).concat(node.types.map((_, i) => output(i))),
          params: [size],
          grid: updateGrid(size),
        }),
      ];
    },
  },
});

/** Inputs: parameters, momentum, gradients, scale [1], rate [1]. */
export const sgdOp = defineOp<SgdSpec, 5, 2>({
  name: 'sgd',
  inputs: 5,
  outputs: 2,
  infer: ([parameters, first, gradients, factor, rate], { momentum, nesterov }) => {
    checkArenas('sgd', [parameters, first, gradients]);
    checkValues('sgd', [
      [factor, 1],
      [rate, 1],
    ]);
    if (!(momentum >= 0 && momentum < 1) || (nesterov && momentum === 0)) {
      throw new OptionError(`sgd: momentum ${momentum} must be in [0,1), above 0 for nesterov`);
    }
    return [parameters, first];
  },
  lowering: {
    kind: 'kernel',
    inPlace: () =>
      new Map([
        [0, 0],
        [1, 1],
      ]),
    calls: ({ node }) => {
      const [size] = dims(node.types[0], 1, 'sgd');
      return [
        kernelCall({
          kernel: sgdKernel,
          spec: node.attrs,
          operands: [input(2), input(3), input(4), output(0), output(1)],
          params: [size],
          grid: updateGrid(size),
        }),
      ];
    },
  },
});

export interface AdamInputs extends UpdateInputs {
  /** Arenas of the parameters' size. */
  readonly first: Tensor;
  readonly second: Tensor;
  /** 1 - beta1^t and 1 - beta2^t, [2], computed in float64 by the caller. */
  readonly corrections: Tensor;
  /** Arena of the largest second moments so far; if it is given, the update is AMSGrad's. */
  readonly largest?: Tensor;
}

/**
 * The next parameters and moments, like torch.optim.Adam or, with decoupled decay, AdamW.
 * @returns [parameters, first, second], for amsgrad [parameters, first, second, largest]
 * @throws ShapeError when the arenas differ in size or that is not a multiple of 4; OptionError
 */
export function adam(
  inputs: AdamInputs,
  options: Omit<AdamSpec, 'amsgrad'>,
): Counted<Tensor, [3, 4]> {
  const { parameters, first, second, gradients, scale: factor, rate, corrections } = inputs;
  const { largest } = inputs;
  return applyAll(
    adamOp,
    [
      parameters,
      first,
      second,
      gradients,
      factor,
      rate,
      corrections,
      ...(largest === undefined ? [] : [largest]),
    ],
    { ...options, amsgrad: largest !== undefined },
  );
}

/** The next parameters and momentum. @returns [parameters, first] */
export function sgd(
  inputs: Omit<AdamInputs, 'second' | 'corrections' | 'largest'>,
  options: SgdSpec,
): Counted<Tensor, 2> {
  const { parameters, first, gradients, scale: factor, rate } = inputs;
  return applyAll(sgdOp, [parameters, first, gradients, factor, rate], options);
}

/**
 * Clipping by the global norm (Pascanu et al. 2013), like torch's clip_grad_norm_.
 * @param gradients flat arena
 * @returns norm [1], and the factor min(1, maxNorm / (norm + 1e-6)) [1] for the optimiser
 */
export function clipScale(
  gradients: Tensor,
  maxNorm: number,
): { readonly norm: Tensor; readonly scale: Tensor } {
  const norm = sqrt(sumSquares(gradients));
  const limit = fill([1], maxNorm);
  return { norm, scale: minimum(fill([1], 1), div(limit, scale(norm, 1, 1e-6))) };
}

declare module '../../graph/op' {
  interface OpSet {
    adam: typeof adam;
    sgd: typeof sgd;
    clipScale: typeof clipScale;
    sumSquares: typeof sumSquares;
  }
}
