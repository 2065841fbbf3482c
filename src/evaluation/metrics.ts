/**
 * Simple metrics: exact match and token accuracy of translations, perplexity of language models.
 */

import { defined, InputError } from '../core/errors';
import { exactly } from '../core/repeated';
import { corpusScore, type SentenceCounts } from './bootstrap';
import { checkCounts, checkReferences } from './ngrams';

/**
 * Fraction of sentences, 0 to 1, that are equal to one of their references.
 * @throws InputError if there is no sentence, the counts differ or a sentence has no reference
 */
export function exactMatch(
  hypotheses: readonly (readonly string[])[],
  references: readonly (readonly (readonly string[])[])[],
): number {
  return corpusScore(exactMatchCounts(hypotheses, references));
}

/** The counts of exactMatch for each sentence. @throws InputError as exactMatch */
export function exactMatchCounts(
  hypotheses: readonly (readonly string[])[],
  references: readonly (readonly (readonly string[])[])[],
): SentenceCounts {
  checkReferences('exactMatch', hypotheses, references);
  const equal = (a: readonly string[], b: readonly string[]): boolean =>
    a.length === b.length && a.every((token, i) => token === b[i]);
  return {
    rows: hypotheses.map((hypothesis, i) => {
      const isHit = defined(references[i], 'references').some((reference) =>
        equal(hypothesis, reference),
      );
      return [isHit ? 1 : 0, 1];
    }),
    score: (sums) => {
      const [hits, sentences] = exactly(sums, 2, 'sums');
      return hits / sentences;
    },
  };
}

/**
 * Fraction of reference tokens, 0 to 1, that the hypothesis has at the same position. Tokens beyond
 * the end of the reference are ignored.
 * @param references one reference for each sentence
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

/**
 * Perplexity: the number of equally probable tokens with the same cross-entropy (Jelinek et al.
 * 1977).
 * @param meanLoss mean cross-entropy of a token in nats, without label smoothing
 */
export function perplexity(meanLoss: number): number {
  return Math.exp(meanLoss);
}
