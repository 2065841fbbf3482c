/**
 * Plain measures of what models write and foresee: exact match and token accuracy of translations,
 * perplexity of a language model. BLEU and chrF2 have files of their own.
 */

import { defined, InputError } from '../core/errors';
import { exactly } from '../core/repeated';
import { corpusScore, type SentenceCounts } from './bootstrap';
import { checkCounts, checkReferences } from './ngrams';

/**
 * Share of sentences, 0..1, that equal one of their references token by token.
 * @throws InputError if there is no sentence, the counts differ or a sentence has no reference
 */
export function exactMatch(
  hypotheses: readonly (readonly string[])[],
  references: readonly (readonly (readonly string[])[])[],
): number {
  return corpusScore(exactMatchCounts(hypotheses, references));
}

/** The counts of exactMatch, sentence by sentence. @throws as it does */
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

/**
 * How many equally likely tokens would surprise as much (Jelinek et al. 1977).
 * @param meanLoss cross-entropy a token in nats, without label smoothing
 */
export function perplexity(meanLoss: number): number {
  return Math.exp(meanLoss);
}
