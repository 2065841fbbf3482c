/** From products to weights, with the scale, the mask and the temperature of choice, in float64. */
import type { Rows } from '../lib/heads';
import { softmax } from '../lib/numbers';

export interface Settings {
  /** Whether products are divided by the square root of the size. */
  readonly isScaled: boolean;
  /** Whether a word sees no later one. */
  readonly isMasked: boolean;
  readonly temperature: number;
}

/** QKᵀ. */
export function productsOf(q: Rows, k: Rows): Rows {
  return q.map((query) => k.map((key) => query.reduce((sum, x, i) => sum + x * (key[i] ?? 0), 0)));
}

/** What goes into softmax; -Infinity for what is masked. @param size that of queries and keys */
function scoresOf(products: Rows, size: number, settings: Settings): Rows {
  const divisor = settings.temperature * (settings.isScaled ? Math.sqrt(size) : 1);
  return products.map((row, i) =>
    row.map((product, j) => (settings.isMasked && j > i ? -Infinity : product / divisor)),
  );
}

/** How spread weights are, in bits: 0 where one of them is 1, log₂ n where all n are equal. */
export function entropyOf(weights: readonly number[]): number {
  return weights.reduce((sum, a) => sum - (a > 0 ? a * Math.log2(a) : 0), 0);
}

/**
 * How much of a gradient softmax lets through: the Frobenius norm of its Jacobian diag(a) - aaᵀ,
 * which is 0 where one weight is 1, and 1/2 where two share all.
 */
export function gradientNorm(weights: readonly number[]): number {
  let squares = 0;
  weights.forEach((a, i) => {
    weights.forEach((b, j) => {
      squares += ((i === j ? a : 0) - a * b) ** 2;
    });
  });
  return Math.sqrt(squares);
}

/** Of each row, how spread its weights are, and how much of a gradient passes. */
export interface Measures {
  readonly entropy: readonly number[];
  readonly gradient: readonly number[];
}

function measure(weights: Rows): Measures {
  return { entropy: weights.map(entropyOf), gradient: weights.map(gradientNorm) };
}

/** All that follows from products. */
export interface Stages {
  readonly settings: Settings;
  readonly scores: Rows;
  readonly weights: Rows;
  readonly measures: Measures;
  /** What the measures are with the other choice of the scale. */
  readonly others: Measures;
}

export function stagesOf(products: Rows, size: number, settings: Settings): Stages {
  const scores = scoresOf(products, size, settings);
  const weights = scores.map((row) => softmax(row));
  const flipped = scoresOf(products, size, { ...settings, isScaled: !settings.isScaled });
  return {
    settings,
    scores,
    weights,
    measures: measure(weights),
    others: measure(flipped.map((row) => softmax(row))),
  };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
