/** Initialisers with PyTorch's names: how a parameter starts, as plain data. */
import type { Initialiser } from './scope';

/** All 0. */
export const zeros = (): Initialiser => ({ kind: 'zeros' });

/** All 1. */
export const ones = (): Initialiser => ({ kind: 'ones' });

/** All of one value. */
export const constant = (value: number): Initialiser => ({ kind: 'constant', value });

/** The normal distribution. */
export const normal = (mean = 0, deviation = 1): Initialiser => ({
  kind: 'normal',
  mean,
  deviation,
});

/** Uniform from `low` to `high`. */
export const uniform = (low = 0, high = 1): Initialiser => ({
  kind: 'uniform',
  center: (low + high) / 2,
  bound: (high - low) / 2,
});

/**
 * Uniform within gain * sqrt(6 / (fan-in + fan-out)): keeps the variance of values and of gradients
 * (Glorot and Bengio 2010, eq. 16).
 */
export const xavierUniform = (gain = 1): Initialiser => ({ kind: 'xavierUniform', gain });

/**
 * Uniform within gain * sqrt(3 / fan-in): keeps the variance of values (He et al. 2015, eq. 10).
 * @param gain sqrt(2), the default, is right before a ReLU, and 1 before a linear layer
 */
export const kaimingUniform = (gain = Math.SQRT2): Initialiser => ({
  kind: 'kaimingUniform',
  gain,
});
