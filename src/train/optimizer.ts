/** Optimisers as plain data, and what each updates the arena with. */
import { defined, OptionError } from '../core/errors';
import type { Tensor } from '../graph/op';
import { PARAMETERS } from '../nn/parameters';
import { ops } from '../ops';
import type { Optimizer, UpdateCall } from './ownOptimizer';
import { type LearningRate, rateAt } from './schedule';

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

function isAdam({ kind }: OptimizerOptions): boolean {
  return kind === 'adam' || kind === 'adamw';
}

/** What each value of those arenas starts from. */
function initialMoment(options: OptimizerOptions): number {
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

/**
 * The optimiser that plain data describes.
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

/** The results of the optimiser's op: parameters, then the arenas of `moments`. */
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
