/** The optimisers of torch.optim, with its names and defaults. */
import { checkOptions } from '../core/errors';
import { optimizerOf } from './optimizer';
import type { Optimizer } from './ownOptimizer';
import type { LearningRate } from './schedule';

/** Options of all optimisers. */
export interface OptimizerBase {
  /** The learning rate: a number or a schedule. */
  readonly learningRate?: LearningRate;
  /** L2 penalty that is added to the gradients (default 0); in `adamw`, decoupled weight decay. */
  readonly weightDecay?: number;
}

/** Options of Adam and AdamW. */
export interface AdamOptions extends OptimizerBase {
  /** Decay of the running mean of the gradient (default 0.9). */
  readonly beta1?: number;
  /** Decay of the running mean of the squared gradient (default 0.999). */
  readonly beta2?: number;
  /** Added to the denominator (default 1e-8). */
  readonly epsilon?: number;
}

/** Options of stochastic gradient descent. */
export interface SgdOptions extends OptimizerBase {
  /** Momentum factor (default 0). */
  readonly momentum?: number;
  /** Whether momentum is Nesterov's (default false). */
  readonly nesterov?: boolean;
}

/** Options of RMSprop. */
export interface RmspropOptions extends OptimizerBase {
  /** Decay of the running mean of the squared gradient (default 0.99). */
  readonly alpha?: number;
  /** Added to the denominator (default 1e-8). */
  readonly epsilon?: number;
  /** Momentum factor (default 0). */
  readonly momentum?: number;
  /** Whether to divide by the standard deviation of the gradient (default false). */
  readonly centered?: boolean;
}

/** Options of Adagrad. */
export interface AdagradOptions extends OptimizerBase {
  /** Added to the denominator (default 1e-10). */
  readonly epsilon?: number;
  /** The rate of step t is divided by 1 + (t - 1) * rateDecay (default 0): torch's lr_decay. */
  readonly rateDecay?: number;
  /** Initial value of the sums of squares (default 0). */
  readonly initialAccumulator?: number;
}

const ADAM = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
const SGD = { learningRate: 1e-3, momentum: 0, nesterov: false, weightDecay: 0 };
const RMSPROP = {
  learningRate: 1e-2,
  alpha: 0.99,
  epsilon: 1e-8,
  momentum: 0,
  centered: false,
  weightDecay: 0,
};
const ADAGRAD = {
  learningRate: 1e-2,
  epsilon: 1e-10,
  rateDecay: 0,
  initialAccumulator: 0,
  weightDecay: 0,
};

/**
 * torch.optim.Adam (Kingma and Ba 2015): rate 1e-3, betas 0.9 and 0.999, epsilon 1e-8, no weight
 * decay.
 * @throws OptionError
 */
export function adam(options: AdamOptions = {}): Optimizer {
  checkOptions('adam', options, Object.keys(ADAM));
  const { learningRate, ...others } = { ...ADAM, ...options };
  return optimizerOf({ kind: 'adam', ...others }, learningRate);
}

/**
 * torch.optim.AdamW (Loshchilov and Hutter 2019): `adam` with decoupled weight decay of 0.01.
 * @throws OptionError
 */
export function adamw(options: AdamOptions = {}): Optimizer {
  checkOptions('adamw', options, Object.keys(ADAM));
  const { learningRate, ...others } = { ...ADAM, weightDecay: 0.01, ...options };
  return optimizerOf({ kind: 'adamw', ...others }, learningRate);
}

/** torch.optim.SGD: rate 1e-3, no momentum, no weight decay. @throws OptionError */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkOptions('sgd', options, Object.keys(SGD));
  const { learningRate, ...others } = { ...SGD, ...options };
  return optimizerOf({ kind: 'sgd', ...others }, learningRate);
}

/** torch.optim.RMSprop: rate 1e-2, alpha 0.99, epsilon 1e-8, no momentum. @throws OptionError */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  checkOptions('rmsprop', options, Object.keys(RMSPROP));
  const { learningRate, ...others } = { ...RMSPROP, ...options };
  return optimizerOf({ kind: 'rmsprop', ...others }, learningRate);
}

/**
 * torch.optim.Adagrad (Duchi et al. 2011): rate 1e-2, epsilon 1e-10, no decay.
 * @throws OptionError
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  checkOptions('adagrad', options, Object.keys(ADAGRAD));
  const { learningRate, ...others } = { ...ADAGRAD, ...options };
  return optimizerOf({ kind: 'adagrad', ...others }, learningRate);
}
