/**
 * Corpus BLEU of tokenised sentences, with sacreBLEU's smoothing methods. Scores are comparable for
 * the same tokenisation only; sacreBleu.ts has the standard one.
 */

import { checkOptions, defined, OptionError } from '../core/errors';
import { exactly } from '../core/repeated';
import { checkOneOf } from '../text/checks';
import { type SentenceCounts, sumsOf } from './bootstrap';
import { checkReferences, countNgrams } from './ngrams';

/** Smoothing methods for n-gram orders without a match (Chen and Cherry 2014). */
export type BleuSmoothing = 'none' | 'floor' | 'add-k' | 'exp';

/** Options of BLEU. */
export interface BleuOptions {
  /**
   * Smoothing of orders without a match. 'none' (default): the score is 0. 'floor':
   * `smoothingValue` counts as the number of matches. 'add-k': `smoothingValue` is added to matches
   * and n-grams of all orders but the first. 'exp': 1/2, 1/4, ... matches for successive orders.
   */
  readonly smoothing?: BleuSmoothing;
  /** The value of 'floor' (default 0.1) or 'add-k' (default 1). */
  readonly smoothingValue?: number;
  /**
   * Whether to ignore orders longer than all hypotheses, for scores of single sentences (default
   * false).
   */
  readonly effectiveOrder?: boolean;
}

/** A BLEU score with its components. */
export interface BleuScore {
  /** The score, 0 to 100. */
  readonly score: number;
  /** Smoothed modified precisions of 1- to 4-grams, 0 to 100. */
  readonly precisions: readonly number[];
  /** The brevity penalty, 0 to 1; 1 if the hypotheses are not shorter than the references. */
  readonly brevityPenalty: number;
  /** Number of tokens of all hypotheses. */
  readonly hypothesisLength: number;
  /** Number of tokens of the references of closest length. */
  readonly referenceLength: number;
}

/** Options with their defaults; `smoothingValue` is undefined for methods without one. */
export interface BleuSettings {
  readonly smoothing: BleuSmoothing;
  readonly smoothingValue: number | undefined;
  readonly effectiveOrder: boolean;
}

const MAX_ORDER = 4;
const ORDERS = Array.from({ length: MAX_ORDER }, (_, i) => i + 1);

const DEFAULT_VALUES = { none: undefined, floor: 0.1, 'add-k': 1, exp: undefined } as const;

/**
 * Completes options with defaults.
 * @throws OptionError for an unknown option or an unusable smoothingValue
 */
export function bleuSettings(options: BleuOptions): BleuSettings {
  checkOptions('BLEU', options, ['smoothing', 'smoothingValue', 'effectiveOrder']);
  const { smoothing = 'none', smoothingValue, effectiveOrder = false } = options;
  checkOneOf('BLEU', 'smoothing', smoothing, Object.keys(DEFAULT_VALUES));
  const fallback = DEFAULT_VALUES[smoothing];
  const isPositive = Number.isFinite(smoothingValue) && Number(smoothingValue) > 0;
  if (smoothingValue !== undefined && (fallback === undefined || !isPositive)) {
    throw new OptionError(
      `BLEU: smoothingValue must be a positive number with 'floor' or 'add-k', ` +
        `found ${smoothingValue} with '${smoothing}'`,
    );
  }
  return { smoothing, smoothingValue: smoothingValue ?? fallback, effectiveOrder };
}

/**
 * Corpus BLEU-4 (Papineni et al. 2002): the geometric mean of modified n-gram precisions times the
 * brevity penalty, for the reference of closest length (the shorter one of two).
 * @param hypotheses N sentences as tokens  @param references N lists of at least one reference
 * @throws InputError if N is 0, the counts differ or a sentence has no reference; OptionError
 */
export function corpusBleu(
  hypotheses: readonly (readonly string[])[],
  references: readonly (readonly (readonly string[])[])[],
  options: BleuOptions = {},
): BleuScore {
  const settings = bleuSettings(options);
  return scoreOfSums(sumsOf(bleuCounts(hypotheses, references, options).rows), settings);
}

/** The counts of corpusBleu for each sentence. @throws InputError, OptionError as corpusBleu */
export function bleuCounts(
  hypotheses: readonly (readonly string[])[],
  references: readonly (readonly (readonly string[])[])[],
  options: BleuOptions = {},
): SentenceCounts {
  const settings = bleuSettings(options);
  checkReferences('BLEU', hypotheses, references);
  return {
    rows: hypotheses.map((hypothesis, i) =>
      countsOf(hypothesis, defined(references[i], 'references')),
    ),
    score: (sums) => scoreOfSums(sums, settings).score,
  };
}

/** Lengths of hypothesis and reference, matches of each order, n-grams of each order. */
function countsOf(
  hypothesis: readonly string[],
  references: readonly (readonly string[])[],
): readonly number[] {
  return [
    hypothesis.length,
    closestLength(hypothesis.length, references),
    ...ORDERS.map((n) => clippedMatches(hypothesis, references, n)),
    ...ORDERS.map((n) => Math.max(0, hypothesis.length - n + 1)),
  ];
}

/** The score of counts that are summed over sentences. */
export function scoreOfSums(sums: readonly number[], settings: BleuSettings): BleuScore {
  const [hypothesisLength, referenceLength] = exactly(sums.slice(0, 2), 2, 'lengths');
  const counts = sums.slice(2);
  const [matches, totals] = [counts.slice(0, MAX_ORDER), counts.slice(MAX_ORDER)];
  const precisions = modifiedPrecisions(matches, totals, settings);
  const brevityPenalty =
    hypothesisLength >= referenceLength
      ? 1
      : hypothesisLength === 0
        ? 0
        : Math.exp(1 - referenceLength / hypothesisLength);
  const longest = totals.filter((total) => total > 0).length;
  const used = settings.effectiveOrder ? Math.max(1, longest) : MAX_ORDER;
  const logs = precisions.slice(0, used).map((p) => Math.log(p / 100));
  const meanLog = logs.reduce((sum, log) => sum + log, 0) / used;
  const score = 100 * brevityPenalty * Math.exp(meanLog);
  return { score, precisions, brevityPenalty, hypothesisLength, referenceLength };
}

/** Precisions in percent; all 0 if there is no match of any order, even with smoothing. */
function modifiedPrecisions(
  matches: readonly number[],
  totals: readonly number[],
  { smoothing, smoothingValue = 0 }: BleuSettings,
): number[] {
  const anyMatch = matches.some((count) => count > 0);
  let halves = 1;
  return totals.map((n, i) => {
    const added = smoothing === 'add-k' && i > 0 ? smoothingValue : 0;
    const [matched, total] = [defined(matches[i], 'matches') + added, n + added];
    if (total === 0 || !anyMatch) return 0;
    if (matched > 0) return (100 * matched) / total;
    if (smoothing === 'floor') return (100 * smoothingValue) / total;
    if (smoothing !== 'exp') return 0;
    halves /= 2;
    return (100 * halves) / total;
  });
}

function closestLength(length: number, references: readonly (readonly string[])[]): number {
  const distance = (n: number): number => Math.abs(n - length);
  return references
    .map((reference) => reference.length)
    .reduce((best, n) =>
      distance(n) < distance(best) || (distance(n) === distance(best) && n < best) ? n : best,
    );
}

function clippedMatches(
  hypothesis: readonly string[],
  references: readonly (readonly string[])[],
  n: number,
): number {
  const counted = references.map((reference) => countNgrams(reference, n));
  let sum = 0;
  for (const [ngram, count] of countNgrams(hypothesis, n)) {
    const most = counted.reduce((max, counts) => Math.max(max, counts.get(ngram) ?? 0), 0);
    sum += Math.min(count, most);
  }
  return sum;
}
