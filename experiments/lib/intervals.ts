/** Means over random seeds, with their confidence intervals. */
import { InputError } from 'qkv';
import type { Interval } from 'qkv/evaluation';

/** 97.5% quantiles of Student's t distribution with 1, 2, ... degrees of freedom. */
const QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/**
 * The mean and half the width of its 95% interval, for values that are normally distributed
 * (Student 1908). There are too few seeds for a bootstrap.
 * @throws InputError for fewer than 2 or more than 10 values
 */
export function meanInterval(values: readonly number[]): Interval {
  const quantile = QUANTILES[values.length - 2];
  if (quantile === undefined) {
    throw new InputError(`meanInterval: expected 2 to 10 values, found ${values.length}`);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const variance = squares / (values.length - 1);
  return { mean, halfWidth: quantile * Math.sqrt(variance / values.length) };
}

/** '0.912 ± 0.013'. */
export function showInterval({ mean, halfWidth }: Interval, digits: number): string {
  return `${mean.toFixed(digits)} ± ${halfWidth.toFixed(digits)}`;
}
