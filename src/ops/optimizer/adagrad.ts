/** Adagrad: the gradient, divided by the root of the sum of all its squares so far. */
import { type AdagradSpec, adagradKernel } from '../../../shaders/optimizer/adagrad.wgsl';
import { OptionError } from '../../core/errors';
import { dims } from '../../core/shape';
import type { Counted } from '../../graph/count';
import { applyAll } from '../../graph/node';
import { defineOp, input, kernelCall, output, type Tensor } from '../../graph/op';
import { checkArenas, checkValues, type UpdateInputs, updateGrid } from './arenas';

/** Inputs: gradients, scale [1], rate [1], parameters, sum of squares. Outputs: the new parameters and sum. */
export const adagradOp = defineOp<AdagradSpec, 5, 2>({
  name: 'adagrad',
  inputs: 5,
  outputs: 2,
  infer: ([gradients, scale, rate, parameters, sum], { epsilon }) => {
    checkArenas('adagrad', [parameters, sum, gradients]);
    checkValues('adagrad', [
      [scale, 1],
      [rate, 1],
    ]);
    if (!(epsilon > 0)) {
      throw new OptionError(`adagrad: epsilon ${epsilon} must be positive`);
    }
    return [parameters, sum];
  },
  lowering: {
    kind: 'kernel',
    inPlace: () =>
      new Map([
        [0, 3],
        [1, 4],
      ]),
    calls: ({ node }) => {
      const [size] = dims(node.types[0], 1, 'adagrad');
      return [
        kernelCall({
          kernel: adagradKernel,
          spec: node.attrs,
          operands: [...[0, 1, 2].map(input), output(0), output(1)],
          params: [size],
          grid: updateGrid(size),
        }),
      ];
    },
  },
});

export interface AdagradInputs extends UpdateInputs {
  /** Arena: sum of the squared gradients, plus its initial value. */
  readonly sum: Tensor;
}

/**
 * The next parameters and sums, like torch.optim.Adagrad. A decaying rate is up to the caller: torch's lr_decay
 * makes it lr / (1 + (step - 1) * lr_decay).
 * @returns [parameters, sum]
 * @throws ShapeError when the arenas differ in size or that is not a multiple of 4; OptionError
 */
export function adagrad(inputs: AdagradInputs, options: AdagradSpec): Counted<Tensor, 2> {
  const { parameters, gradients, scale, rate, sum } = inputs;
  return applyAll(adagradOp, [gradients, scale, rate, parameters, sum], options);
}

declare module '../../graph/op' {
  interface OpSet {
    adagrad: typeof adagrad;
  }
}
