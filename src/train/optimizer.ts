/** Optimisers described by plain data. */
import { defined, OptionError } from '../core/errors';
import type { Tensor } from '../graph/op';
import { PARAMETERS } from '../nn/parameters';
import { ops } from '../ops';
import type { Optimizer, UpdateCall } from './ownOptimizer';
import { type LearningRate, rateAt } from './schedule';

/** Options of torch.optim's class of the same name; the learning rate comes from the schedule. */
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
      /** Decay of the running averages. */
      readonly alpha: number;
      readonly epsilon: number;
      /** Default 0. */
      readonly momentum?: number;
      /** Whether to divide by the standard deviation of the gradient (default false). */
      readonly centered?: boolean;
      readonly weightDecay?: number;
    }
  | {
      readonly kind: 'adagrad';
      readonly epsilon: number;
      /** The rate of step t is divided by 1 + (t - 1) * rateDecay (default 0): torch's lr_decay. */
      readonly rateDecay?: number;
      /** Initial value of the sums of squares (default 0). */
      readonly initialAccumulator?: number;
      readonly weightDecay?: number;
    };

/** Names of the optimiser's states, in the order of its op's results after the parameters. */
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
  throw new OptionError(
    `optimizer: kind must be adam, adamw, sgd, rmsprop or adagrad, found ${found}`,
  );
}

function isAdam({ kind }: OptimizerOptions): boolean {
  return kind === 'adam' || kind === 'adamw';
}

/** Initial value of the elements of those states. */
function initialMoment(options: OptimizerOptions): number {
  return options.kind === 'adagrad' ? (options.initialAccumulator ?? 0) : 0;
}

/** Checks options that the update's op does not check. @throws OptionError */
function checkRanges(options: OptimizerOptions): void {
  if (options.kind !== 'adagrad') return;
  const { rateDecay = 0, initialAccumulator = 0 } = options;
  if (rateDecay >= 0 && initialAccumulator >= 0 && Number.isFinite(initialAccumulator)) return;
  throw new OptionError(
    `adagrad: rateDecay ${rateDecay} and initialAccumulator ${initialAccumulator} must not be negative`,
  );
}

/**
 * Makes the optimiser that plain data describes.
 * @throws OptionError for an unknown kind or a value out of range
 */
export function optimizerOf(options: OptimizerOptions, learningRate: LearningRate): Optimizer {
  checkRanges(options);
  const names = moments(options);
  const start = initialMoment(options);
  return {
    name: options.kind,
    states: Object.fromEntries(names.map((name) => [name, start])),
    rate: (step) => optimizerRate(options, rateAt(learningRate, step), step),
    figures: (step) =>
      isAdam(options) ? { corrections: [...biasCorrections(options, step)] } : {},
    update: (call) => {
      const next = updated(options, call);
      const all = [PARAMETERS, ...names];
      return Object.fromEntries(all.map((name, i) => [name, defined(next[i], name)]));
    },
  };
}

/** Next values of the parameters, then of the states of `moments`. */
function updated(
  options: OptimizerOptions,
  { parameters, rate, unclipped, states, figures }: UpdateCall,
): readonly Tensor[] {
  const { weightDecay = 0 } = options;
  const shared = { parameters, rate, ...unclipped };
  const state = (name: string) => defined(states[name], name);
  switch (options.kind) {
    case 'adam':
    case 'adamw': {
      const { kind, beta1, beta2, epsilon } = options;
      const [first, second] = [state('exp_avg'), state('exp_avg_sq')];
      const corrections = defined(figures.corrections, 'corrections');
      return ops.adam(
        { ...shared, first, second, corrections },
        { beta1, beta2, epsilon, weightDecay, decoupled: kind === 'adamw' },
      );
    }
    case 'sgd': {
      const { momentum, nesterov = false } = options;
      return ops.sgd({ ...shared, first: state('momentum') }, { momentum, nesterov, weightDecay });
    }
    case 'rmsprop': {
      const { alpha, epsilon, momentum = 0, centered = false } = options;
      return ops.rmsprop(
        {
          ...shared,
          squareAverage: state('square_avg'),
          momentumBuffer: momentum > 0 ? state('momentum_buffer') : undefined,
          gradientAverage: centered ? state('grad_avg') : undefined,
        },
        { alpha, epsilon, momentum, centered, weightDecay },
      );
    }
    case 'adagrad': {
      const { epsilon } = options;
      return ops.adagrad({ ...shared, sum: state('sum') }, { epsilon, weightDecay });
    }
    default:
      return unknown(options);
  }
}

/**
 * The learning rate of a training step, counted from 1.
 * @param rate of the schedule at that step
 */
export function optimizerRate(options: OptimizerOptions, rate: number, step: number): number {
  if (options.kind !== 'adagrad') return rate;
  return rate / (1 + (step - 1) * (options.rateDecay ?? 0));
}

/** Bias corrections 1 - beta^t of Adam's moments, computed in float64; 1 for other optimisers. */
export function biasCorrections(
  options: OptimizerOptions,
  step: number,
): Float32Array<ArrayBuffer> {
  return options.kind === 'adam' || options.kind === 'adamw'
    ? Float32Array.of(1 - options.beta1 ** step, 1 - options.beta2 ** step)
    : Float32Array.of(1, 1);
}
