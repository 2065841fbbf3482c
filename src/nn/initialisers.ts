/** Initialisers under PyTorch's names, as plain data. */
import type { Initialiser } from './scope';

/** Every element 0. */
export const zeros = (): Initialiser => ({ kind: 'zeros' });

/** Every element 1. */
export const ones = (): Initialiser => ({ kind: 'ones' });

/** Every element the same value. */
export const constant = (value: number): Initialiser => ({ kind: 'constant', value });

/** The normal distribution with this mean and standard deviation. */
export const normal = (mean = 0, deviation = 1): Initialiser => ({
  kind: 'normal',
  mean,
  deviation,
});

/** The uniform distribution from `low` to `high`. */
export const uniform = (low = 0, high = 1): Initialiser => ({
  kind: 'uniform',
  center: (low + high) / 2,
  bound: (high - low) / 2,
});

/**
 * Uniform within ±gain * sqrt(6 / (fan-in + fan-out)), which preserves the variance of activations
 * and of gradients (Glorot and Bengio 2010, eq. 16).
 */
export const xavierUniform = (gain = 1): Initialiser => ({ kind: 'xavierUniform', gain });

/**
 * Uniform within ±gain * sqrt(3 / fan-in), which preserves the variance of activations (He et al.
 * 2015, eq. 10).
 * @param gain sqrt(2) (default) before a ReLU, 1 before a linear layer
 */
export const kaimingUniform = (gain = Math.SQRT2): Initialiser => ({
  kind: 'kaimingUniform',
  gain,
});
