/** Which optimiser updates the arena, what state it keeps, and its figures of each step. */

import { defined, OptionError } from '../core/errors';
import type { TensorType } from '../core/shape';
import type { Lookup, Tensors } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { PARAMETERS } from '../nn/parameters';
import { ops } from '../ops';

/** Options as those of torch.optim's class of that name; the learning rate is the schedule's. */
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
    }
  | {
      readonly kind: 'rmsprop';
      /** Decay of the averages. */
      readonly alpha: number;
      readonly epsilon: number;
      /** Default 0. */
      readonly momentum?: number;
      /** Divide by the deviation from the mean gradient (default false). */
      readonly centered?: boolean;
      readonly weightDecay?: number;
    }
  | {
      readonly kind: 'adagrad';
      readonly epsilon: number;
      /** The rate of step t is divided by 1 + (t - 1) * rateDecay (default 0): torch's lr_decay. */
      readonly rateDecay?: number;
      /** What the sums of squares start from (default 0). */
      readonly initialAccumulator?: number;
      readonly weightDecay?: number;
    };

/** Names of the arenas that the optimiser keeps beside the parameters, in the order of its results. */
export function moments(options: OptimizerOptions): readonly string[] {
  switch (options.kind) {
    case 'adam':
    case 'adamw':
      return ['exp_avg', 'exp_avg_sq'];
    case 'sgd':
      return ['momentum'];
    case 'rmsprop':
      return [
        'square_avg',
        ...((options.momentum ?? 0) > 0 ? ['momentum_buffer'] : []),
        ...(options.centered === true ? ['grad_avg'] : []),
      ];
    case 'adagrad':
      return ['sum'];
    default:
      return unknown(options);
  }
}

function unknown(options: never): never {
  const found = JSON.stringify(options);
  throw new OptionError(`optimizer: kind is adam, adamw, sgd, rmsprop or adagrad, found ${found}`);
}

/** What each value of those arenas starts from. */
export function initialMoment(options: OptimizerOptions): number {
  return options.kind === 'adagrad' ? (options.initialAccumulator ?? 0) : 0;
}

/** @throws OptionError; what the update's op takes is checked there */
function checkRanges(options: OptimizerOptions): void {
  if (options.kind !== 'adagrad') return;
  const { rateDecay = 0, initialAccumulator = 0 } = options;
  if (rateDecay >= 0 && initialAccumulator >= 0 && Number.isFinite(initialAccumulator)) return;
  throw new OptionError(
    `adagrad: rateDecay ${rateDecay} and initialAccumulator ${initialAccumulator} must not be negative`,
  );
}

/** Types of the parameters' and the optimiser's states. @throws OptionError */
export function optimizerStates(
  options: OptimizerOptions,
  size: number,
): Readonly<Record<string, TensorType>> {
  checkRanges(options);
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
  const shared = { parameters: states(PARAMETERS), gradients, scale, rate };
  const next = updated(options, shared, states, inputs);
  return Object.fromEntries(names.map((name, i) => [name, defined(next[i], name)]));
}

/** The results of the optimiser's op: parameters, then the arenas of `moments`. */
function updated(
  options: OptimizerOptions,
  shared: Readonly<Record<'parameters' | 'gradients' | 'scale' | 'rate', Tensor>>,
  states: Lookup,
  inputs: Lookup,
): readonly Tensor[] {
  const { weightDecay = 0 } = options;
  switch (options.kind) {
    case 'adam':
    case 'adamw': {
      const { kind, beta1, beta2, epsilon } = options;
      const [first, second] = [states('exp_avg'), states('exp_avg_sq')];
      return ops.adam(
        { ...shared, first, second, corrections: inputs('corrections') },
        { beta1, beta2, epsilon, weightDecay, decoupled: kind === 'adamw' },
      );
    }
    case 'sgd': {
      const { momentum, nesterov = false } = options;
      return ops.sgd({ ...shared, first: states('momentum') }, { momentum, nesterov, weightDecay });
    }
    case 'rmsprop': {
      const { alpha, epsilon, momentum = 0, centered = false } = options;
      return ops.rmsprop(
        {
          ...shared,
          squareAverage: states('square_avg'),
          momentumBuffer: momentum > 0 ? states('momentum_buffer') : undefined,
          gradientAverage: centered ? states('grad_avg') : undefined,
        },
        { alpha, epsilon, momentum, centered, weightDecay },
      );
    }
    case 'adagrad':
      return ops.adagrad(
        { ...shared, sum: states('sum') },
        { epsilon: options.epsilon, weightDecay },
      );
    default:
      return unknown(options);
  }
}

/** The learning rate of a step, counted from 1, from that of the schedule. */
export function optimizerRate(options: OptimizerOptions, rate: number, step: number): number {
  if (options.kind !== 'adagrad') return rate;
  return rate / (1 + (step - 1) * (options.rateDecay ?? 0));
}

/** 1 - beta^t of both moments, rounded once from float64; 1 where there is nothing to correct. */
export function biasCorrections(
  options: OptimizerOptions,
  step: number,
): Float32Array<ArrayBuffer> {
  return options.kind === 'adam' || options.kind === 'adamw'
    ? Float32Array.of(1 - options.beta1 ** step, 1 - options.beta2 ** step)
    : Float32Array.of(1, 1);
}
