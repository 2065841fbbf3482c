/**
 * Confidence intervals of corpus scores by bootstrap resampling (Efron 1979; Koehn 2004). A metric
 * provides counts for each sentence, so that the score of a resample only needs their sums.
 */
import { checkOptions, defined, InputError } from '../core/errors';
import { randomBits } from '../core/randomBits';
import { checkInteger } from '../text/checks';

/** Counts of each sentence, and the corpus score of their sums. */
export interface SentenceCounts {
  /** Counts of N sentences, [N][K]. */
  readonly rows: readonly (readonly number[])[];
  /** @param sums counts summed over sentences [K] */
  score(sums: readonly number[]): number;
}

/** Options of bootstrap resampling. */
export interface BootstrapOptions {
  /** Number of resamples (default 1000). */
  readonly samples?: number;
  /** Random seed (default 1). The same seed draws the same sentences for every metric. */
  readonly seed?: number;
}

/** The mean of the resampled scores, and half the width of their 95% interval. */
export interface Interval {
  readonly mean: number;
  readonly halfWidth: number;
}

/** Completes options with defaults. @throws OptionError */
export function bootstrapOptions(options: BootstrapOptions): Required<BootstrapOptions> {
  checkOptions('bootstrap', options, ['samples', 'seed']);
  const { samples = 1000, seed = 1 } = options;
  checkInteger('bootstrap', 'samples', samples, 1);
  checkInteger('bootstrap', 'seed', seed, 0);
  return { samples, seed };
}

/** The score of the whole corpus. */
export function corpusScore({ rows, score }: SentenceCounts): number {
  return score(sumsOf(rows));
}

/** Sums of the counts over sentences [K]. */
export function sumsOf(rows: readonly (readonly number[])[]): readonly number[] {
  const [first = []] = rows;
  return first.map((_, k) => rows.reduce((sum, row) => sum + defined(row[k], 'count'), 0));
}

/**
 * The 95% confidence interval of a corpus score: the scores of resampled corpora without the lowest
 * and highest 2.5%, as in sacreBLEU.
 * @throws InputError if there is no sentence; OptionError
 */
export function bootstrapInterval(
  { rows, score }: SentenceCounts,
  options: BootstrapOptions = {},
): Interval {
  const { samples, seed } = bootstrapOptions(options);
  if (rows.length === 0) throw new InputError('bootstrap: expected at least one sentence');
  const scores = new Float64Array(samples);
  const width = defined(rows[0], 'row').length;
  const counts = Float64Array.from(rows.flat());
  const sums = new Float64Array(width);
  for (let sample = 0; sample < samples; sample++) {
    sums.fill(0);
    for (let i = 0; i < rows.length; i++) {
      const drawn = Math.floor((randomBits(seed, sample, i) / 2 ** 32) * rows.length) * width;
      for (let k = 0; k < width; k++) sums[k] = (sums[k] ?? 0) + (counts[drawn + k] ?? 0);
    }
    scores[sample] = score([...sums]);
  }
  scores.sort();
  const cut = Math.floor(samples / 40);
  const at = (i: number) => defined(scores[i], 'score');
  const mean = scores.reduce((sum, value) => sum + value, 0) / samples;
  return { mean, halfWidth: (at(samples - 1 - cut) - at(cut)) / 2 };
}
