/** RMSprop: the gradient, divided by the root of a running average of its squares. */
import { type RmspropSpec, rmspropKernel } from '../../../shaders/optimizer/rmsprop.wgsl';
import { OptionError } from '../../core/errors';
import { dims } from '../../core/shape';
import type { Counted } from '../../graph/count';
import { applyAll } from '../../graph/node';
import { defineOp, input, kernelCall, output, type Tensor } from '../../graph/op';
import { checkArenas, checkValues, type UpdateInputs, updateGrid } from './arenas';

/** Number of state arenas: the average of squares, and one each for momentum and the average of gradients. */
function stateCount({ momentum, centered }: RmspropSpec): number {
  return 1 + (momentum > 0 ? 1 : 0) + (centered ? 1 : 0);
}

/**
 * Inputs: gradients, scale [1], rate [1], parameters, average of squares and, depending on the options, the
 * momentum and the average of gradients. Outputs: the new values of the inputs from the parameters on.
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
  /** Arena of the momentum; needed where `momentum` is above 0. */
  readonly momentumBuffer?: Tensor | undefined;
  /** Arena of the average of gradients; needed where `centered` is true. */
  readonly gradientAverage?: Tensor | undefined;
}

/**
 * The next parameters and state, like torch.optim.RMSprop. If centered, it divides by the root of the variance,
 * which is clamped to at least 0; torch takes the root even where rounding has made it negative.
 * @returns [parameters, squareAverage], then momentumBuffer and gradientAverage, if they are given
 * @throws ShapeError when the arenas differ in size or that is not a multiple of 4; OptionError when the
 *   options are out of range or do not fit the arenas
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
