/** Which optimiser updates the arena, what state it keeps, and its figures of each step. */

import { defined } from '../core/errors';
import type { TensorType } from '../core/shape';
import type { Lookup, Tensors } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { PARAMETERS } from '../nn/parameters';
import { ops } from '../ops';

export type OptimizerOptions =
  | {
      readonly kind: 'adam' | 'adamw';
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay?: number;
    }
  | {
      readonly kind: 'sgd';
      readonly momentum: number;
      readonly nesterov?: boolean;
      readonly weightDecay?: number;
    };

/** Names of the arenas that the optimiser keeps beside the parameters. */
export function moments({ kind }: OptimizerOptions): readonly string[] {
  return kind === 'sgd' ? ['momentum'] : ['exp_avg', 'exp_avg_sq'];
}

/** Types of the parameters' and the optimiser's states. */
export function optimizerStates(
  options: OptimizerOptions,
  size: number,
): Readonly<Record<string, TensorType>> {
  const arena: TensorType = { dtype: 'f32', shape: [size] };
  return Object.fromEntries([PARAMETERS, ...moments(options)].map((name) => [name, arena]));
}

/** Next values of those states. Takes the inputs 'learningRate' [1] and 'corrections' [2]. */
export function optimizerUpdate(
  options: OptimizerOptions,
  states: Lookup,
  inputs: Lookup,
  gradients: Tensor,
  scale: Tensor,
): Tensors {
  const names = [PARAMETERS, ...moments(options)];
  const rate = inputs('learningRate');
  const [parameters, first, second] = names.map(states);
  const shared = {
    parameters: defined(parameters, 'parameters'),
    first: defined(first, 'first moment'),
    gradients,
    scale,
    rate,
  };
  const { weightDecay = 0 } = options;
  const next =
    options.kind === 'sgd'
      ? ops.sgd(shared, {
          momentum: options.momentum,
          nesterov: options.nesterov ?? false,
          weightDecay,
        })
      : ops.adam(
          {
            ...shared,
            second: defined(second, 'second moment'),
            corrections: inputs('corrections'),
          },
          {
            beta1: options.beta1,
            beta2: options.beta2,
            epsilon: options.epsilon,
            weightDecay,
            decoupled: options.kind === 'adamw',
          },
        );
  return Object.fromEntries(names.map((name, i) => [name, defined(next[i], name)]));
}

/** 1 - beta^t of both moments, rounded once from float64. */
export function biasCorrections(
  options: OptimizerOptions,
  step: number,
): Float32Array<ArrayBuffer> {
  return options.kind === 'sgd'
    ? Float32Array.of(1, 1)
    : Float32Array.of(1 - options.beta1 ** step, 1 - options.beta2 ** step);
}
