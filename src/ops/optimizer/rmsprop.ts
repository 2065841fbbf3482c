/** RMSprop: the gradient over the root of a running average of its squares. */
import { type RmspropSpec, rmspropKernel } from '../../../shaders/optimizer/rmsprop.wgsl';
import { OptionError } from '../../core/errors';
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
export const rmspropOp = defineOp<RmspropSpec>({
  name: 'rmsprop',
  infer: (inputs, options) => {
    const { alpha, epsilon, momentum } = options;
    const updated = inputs.slice(3);
    const count = stateCount(options) + 2;
    checkArenas('rmsprop', [...updated, ...inputs.slice(0, 1)], count);
    checkValues('rmsprop', [
      [inputs[1], 1],
      [inputs[2], 1],
    ]);
    if (updated.length !== count - 1) {
      throw new OptionError(
        `rmsprop: momentum ${momentum} and centered ${options.centered} take ${count - 2} arenas of ` +
          `state, found ${updated.length - 1}`,
      );
    }
    if (!(alpha >= 0 && alpha < 1 && momentum >= 0 && epsilon > 0)) {
      throw new OptionError(
        `rmsprop: alpha ${alpha} must be in [0,1), momentum ${momentum} not negative, epsilon positive`,
      );
    }
    return updated;
  },
  lowering: {
    kind: 'kernel',
    inPlace: (options) =>
      new Map(Array.from({ length: stateCount(options) + 1 }, (_, i) => [i, i + 3])),
    calls: ({ node }) => {
      const size = node.types[0]?.shape[0] ?? 0;
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
export function rmsprop(inputs: RmspropInputs, options: RmspropSpec): readonly Tensor[] {
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
