/** Adagrad: the gradient, divided by the root of the sum of all its squares so far. */
import { type AdagradSpec, adagradKernel } from '../../../shaders/optimizer/adagrad.wgsl';
import { OptionError } from '../../core/errors';
import { applyAll } from '../../graph/node';
import { defineOp, input, kernelCall, output, type Tensor } from '../../graph/op';
import { checkArenas, checkValues, type UpdateInputs, updateGrid } from './arenas';

/** Inputs: gradients, scale [1], rate [1], parameters, sum of squares. Outputs: the new parameters and sum. */
export const adagradOp = defineOp<AdagradSpec>({
  name: 'adagrad',
  infer: (inputs, { epsilon }) => {
    const updated = inputs.slice(3);
    checkArenas('adagrad', [...updated, ...inputs.slice(0, 1)], 3);
    checkValues('adagrad', [
      [inputs[1], 1],
      [inputs[2], 1],
    ]);
    if (!(epsilon > 0)) {
      throw new OptionError(`adagrad: epsilon ${epsilon} must be positive`);
    }
    return updated;
  },
  lowering: {
    kind: 'kernel',
    inPlace: () =>
      new Map([
        [0, 3],
        [1, 4],
      ]),
    calls: ({ node }) => {
      const size = node.types[0]?.shape[0] ?? 0;
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
export function adagrad(inputs: AdagradInputs, options: AdagradSpec): readonly Tensor[] {
  const { parameters, gradients, scale, rate, sum } = inputs;
  return applyAll(adagradOp, [gradients, scale, rate, parameters, sum], options);
}

declare module '../../graph/op' {
  interface OpSet {
    adagrad: typeof adagrad;
  }
}
