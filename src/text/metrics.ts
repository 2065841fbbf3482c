/**
 * Quality of translations on tokens: corpus BLEU, exact match, token accuracy. Pure functions;
 * tokenising is the caller's, and scores of different tokenisations do not compare.
 */
import { checkOptions, InputError } from '../core/errors';
import { checkOneOf } from './checks';
import { checkCounts, checkReferences, countNgrams } from './ngrams';

export interface BleuOptions {
  /** 'none' (default): 0 if some order has no match. 'exp': sacreBLEU's exponential smoothing. */
  readonly smoothing?: 'none' | 'exp';
}

export interface BleuScore {
  /** 0..100. */
  readonly score: number;
  /** Modified precisions of 1- to 4-grams, 0..100. */
  readonly precisions: readonly number[];
  /** 0..1; 1 where the hypotheses are long enough. */
  readonly brevityPenalty: number;
  /** Tokens of all hypotheses. */
  readonly hypothesisLength: number;
  /** Tokens of each sentence's reference of closest length, summed. */
  readonly referenceLength: number;
}

const MAX_ORDER = 4;

/**
 * Corpus BLEU-4 (Papineni et al. 2002): geometric mean of modified n-gram precisions times the
 * brevity penalty against the closest reference length (the shorter of two equally close).
 * @param hypotheses N sentences as tokens  @param references N lists of at least one reference
 * @throws InputError if N is 0, the counts differ or a sentence has no reference
 */
export function corpusBleu(
  hypotheses: readonly (readonly string[])[],
  references: readonly (readonly (readonly string[])[])[],
  options: BleuOptions = {},
): BleuScore {
  checkOptions('corpusBleu', options, ['smoothing']);
  const { smoothing = 'none' } = options;
  checkOneOf('corpusBleu', 'smoothing', smoothing, ['none', 'exp']);
  checkReferences('corpusBleu', hypotheses, references);
  const matches = new Array<number>(MAX_ORDER).fill(0);
  const totals = new Array<number>(MAX_ORDER).fill(0);
  let hypothesisLength = 0;
  let referenceLength = 0;
  for (const [i, hypothesis] of hypotheses.entries()) {
    const candidates = references[i] ?? [];
    hypothesisLength += hypothesis.length;
    referenceLength += closestLength(hypothesis.length, candidates);
    for (let n = 1; n <= MAX_ORDER; n++) {
      const total = Math.max(0, hypothesis.length - n + 1);
      totals[n - 1] = (totals[n - 1] ?? 0) + total;
      matches[n - 1] = (matches[n - 1] ?? 0) + clippedMatches(hypothesis, candidates, n);
    }
  }
  const precisions = modifiedPrecisions(matches, totals, smoothing);
  const brevityPenalty =
    hypothesisLength >= referenceLength
      ? 1
      : hypothesisLength === 0
        ? 0
        : Math.exp(1 - referenceLength / hypothesisLength);
  const meanLog = precisions.reduce((sum, p) => sum + Math.log(p / 100), 0) / MAX_ORDER;
  const score = 100 * brevityPenalty * Math.exp(meanLog);
  return { score, precisions, brevityPenalty, hypothesisLength, referenceLength };
}

/** In percent; 'exp' gives the k-th order without a match the value 1 / (2^k total). */
function modifiedPrecisions(
  matches: readonly number[],
  totals: readonly number[],
  smoothing: 'none' | 'exp',
): number[] {
  const anyMatch = matches.some((count) => count > 0);
  let divisor = 1;
  return totals.map((total, i) => {
    const matched = matches[i] ?? 0;
    if (total === 0) return 0;
    if (matched > 0) return (100 * matched) / total;
    if (smoothing === 'none' || !anyMatch) return 0;
    divisor *= 2;
    return 100 / (divisor * total);
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

/**
 * Share of sentences, 0..1, that equal one of their references token by token.
 * @throws InputError if there is no sentence, the counts differ or a sentence has no reference
 */
export function exactMatch(
  hypotheses: readonly (readonly string[])[],
  references: readonly (readonly (readonly string[])[])[],
): number {
  checkReferences('exactMatch', hypotheses, references);
  const equal = (a: readonly string[], b: readonly string[]): boolean =>
    a.length === b.length && a.every((token, i) => token === b[i]);
  const hits = hypotheses.filter((hypothesis, i) =>
    (references[i] ?? []).some((reference) => equal(hypothesis, reference)),
  );
  return hits.length / hypotheses.length;
}

/**
 * Share, 0..1, of all reference tokens that the hypothesis has at the same place. Tokens beyond
 * the reference's end do not count.
 * @param references one reference a sentence
 * @throws InputError if there is no reference token or the counts differ
 */
export function tokenAccuracy(
  hypotheses: readonly (readonly string[])[],
  references: readonly (readonly string[])[],
): number {
  checkCounts('tokenAccuracy', hypotheses.length, references.length);
  const total = references.reduce((sum, reference) => sum + reference.length, 0);
  if (total === 0) throw new InputError('tokenAccuracy: the references have no token');
  const hits = references.map(
    (reference, i) => reference.filter((token, at) => token === hypotheses[i]?.[at]).length,
  );
  return hits.reduce((sum, count) => sum + count, 0) / total;
}
