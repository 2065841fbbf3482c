/** RMSprop: the gradient over the root of a running average of its squares. */
import { type RmspropSpec, rmspropKernel } from '../../../shaders/optimizer/rmsprop.wgsl';
import { OptionError } from '../../core/errors';
import { dims } from '../../core/shape';
import type { Counted } from '../../graph/count';
import { applyAll } from '../../graph/node';
import { defineOp, input, kernelCall, output, type Tensor } from '../../graph/op';
import { checkArenas, checkValues, type UpdateInputs, updateGrid } from './arenas';

/** Arenas beside parameters and gradients: the average of squares, and one for each of these two. */
function stateCount({ momentum, centered }: RmspropSpec): number {
  return 1 + (momentum > 0 ? 1 : 0) + (centered ? 1 : 0);
}

/**
 * Inputs: gradients, scale [1], rate [1], parameters, average of squares; with momentum its arena; centered,
 * the average of gradients. Outputs: the inputs from the parameters on.
 */
export const rmspropOp = defineOp<RmspropSpec, [5, 7], [2, 4]>({
  name: 'rmsprop',
  inputs: [5, 7],
  outputs: [2, 4],
  infer: (inputs, options) => {
    const { alpha, epsilon, momentum } = options;
    const [gradients, scale, rate, parameters, ...state] = inputs;
    const count = stateCount(options);
    if (state.length !== count) {
      throw new OptionError(
        `rmsprop: momentum ${momentum} and centered ${options.centered} take ${count} arenas of ` +
          `state, found ${state.length}`,
      );
    }
    checkArenas('rmsprop', [parameters, ...state, gradients]);
    checkValues('rmsprop', [
      [scale, 1],
      [rate, 1],
    ]);
    if (!(alpha >= 0 && alpha < 1 && momentum >= 0 && epsilon > 0)) {
      throw new OptionError(
        `rmsprop: alpha ${alpha} must be in [0,1), momentum ${momentum} not negative, epsilon positive`,
      );
    }
    return [parameters, ...state];
  },
  lowering: {
    kind: 'kernel',
    inPlace: (options) =>
      new Map(Array.from({ length: stateCount(options) + 1 }, (_, i) => [i, i + 3])),
    calls: ({ node }) => {
      const [size] = dims(node.types[0], 1, 'rmsprop');
      return [
        kernelCall({
          kernel: rmspropKernel,
          spec: node.attrs,
          operands: [...[0, 1, 2].map(input), ...node.types.map((_, i) => output(i))],
          params: [size],
          grid: updateGrid(size),
        }),
      ];
    },
  },
});

export interface RmspropInputs extends UpdateInputs {
  /** Arena: average of the squared gradients. */
  readonly squareAverage: Tensor;
  /** Arena, where the momentum is above 0. */
  readonly momentumBuffer?: Tensor | undefined;
  /** Arena, where centered: average of the gradients. */
  readonly gradientAverage?: Tensor | undefined;
}

/**
 * Next parameters and state, as torch.optim.RMSprop. Centered, it divides by the root of what remains of the
 * average of squares, at least 0, where torch takes the root of what rounding may have left below it.
 * @returns [parameters, squareAverage], then momentumBuffer and gradientAverage, those that are given
 * @throws ShapeError when the arenas differ in size or that is no multiple of 4; OptionError when the options
 *   are out of range or do not fit the arenas
 */
export function rmsprop(inputs: RmspropInputs, options: RmspropSpec): Counted<Tensor, [2, 4]> {
  const { parameters, gradients, scale, rate, squareAverage } = inputs;
  const extra = [inputs.momentumBuffer, inputs.gradientAverage].filter((t) => t !== undefined);
  return applyAll(
    rmspropOp,
    [gradients, scale, rate, parameters, squareAverage, ...extra],
    options,
  );
}

declare module '../../graph/op' {
  interface OpSet {
    rmsprop: typeof rmsprop;
  }
}
