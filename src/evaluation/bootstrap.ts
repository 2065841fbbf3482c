/**
 * How sure a score of a corpus is: bootstrap resampling (Efron 1979; Koehn 2004). Works on counts of each
 * sentence, so that a resample costs sums and no counting. Knows no metric.
 */
import { checkOptions, defined, InputError } from '../core/errors';
import { randomBits } from '../core/randomBits';
import { checkInteger } from '../text/checks';

/** What a corpus's score is made of: the same counts of every sentence, and the score of their sums. */
export interface SentenceCounts {
  /** [N][K]. */
  readonly rows: readonly (readonly number[])[];
  /** @param sums [K], over sentences */
  score(sums: readonly number[]): number;
}

/** Of a bootstrap confidence interval. */
export interface BootstrapOptions {
  /** How often as many sentences are drawn as there are; 1000 by default. */
  readonly samples?: number;
  /** 1 by default. The same seed draws the same sentences for every score. */
  readonly seed?: number;
}

/** The middle of the resampled scores and half the width of what 95% of them lie in. */
export interface Interval {
  readonly mean: number;
  readonly halfWidth: number;
}

/** The options with their defaults. @throws OptionError */
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

/** Sums [K] over sentences. */
export function sumsOf(rows: readonly (readonly number[])[]): readonly number[] {
  const [first = []] = rows;
  return first.map((_, k) => rows.reduce((sum, row) => sum + defined(row[k], 'count'), 0));
}

/**
 * The 95% interval of a corpus's score: scores of resampled corpora without their lowest and highest
 * fortieth, as in sacreBLEU.
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
