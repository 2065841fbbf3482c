/**
 * chrF2: translation quality on characters, without any tokenisation. Corpus level only; the
 * word n-grams of chrF++ are left out.
 */
import { checkReferences, countNgrams } from './ngrams';

const CHRF_ORDER = 6;
const CHRF_BETA = 2;

/**
 * Corpus chrF2 (Popović 2015, sacreBLEU's definition), 0..100: F2 of character 1- to 6-grams
 * without white space, averaged over the orders that occur; the best reference of each sentence.
 * @param hypotheses N texts  @param references N lists of at least one reference text
 * @throws InputError if N is 0, the counts differ or a sentence has no reference
 */
export function chrF2(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
): number {
  checkReferences('chrF2', hypotheses, references);
  const sums = emptyStatistics();
  for (const [i, hypothesis] of hypotheses.entries()) {
    const candidates = (references[i] ?? []).map((text) => chrFStatistics(hypothesis, text));
    const best = candidates.reduce((a, b) => (chrFScore(b) > chrFScore(a) ? b : a));
    for (const [order, sum] of sums.entries()) {
      sum.hypothesis += best[order]?.hypothesis ?? 0;
      sum.reference += best[order]?.reference ?? 0;
      sum.matches += best[order]?.matches ?? 0;
    }
  }
  return chrFScore(sums);
}

interface OrderStatistics {
  hypothesis: number;
  reference: number;
  matches: number;
}

const emptyStatistics = (): OrderStatistics[] =>
  Array.from({ length: CHRF_ORDER }, () => ({ hypothesis: 0, reference: 0, matches: 0 }));

function chrFStatistics(hypothesis: string, reference: string): readonly OrderStatistics[] {
  const [found, wanted] = [hypothesis, reference].map((text) => [...text.replace(/\s+/gu, '')]);
  return emptyStatistics().map((_, i) => {
    const has = countNgrams(found ?? [], i + 1);
    const needs = countNgrams(wanted ?? [], i + 1);
    const total = (counts: ReadonlyMap<string, number>): number =>
      [...counts.values()].reduce((sum, count) => sum + count, 0);
    let matches = 0;
    for (const [ngram, count] of has) matches += Math.min(count, needs.get(ngram) ?? 0);
    return { hypothesis: needs.size > 0 ? total(has) : 0, reference: total(needs), matches };
  });
}

function chrFScore(statistics: readonly Readonly<OrderStatistics>[]): number {
  const used = statistics.filter((order) => order.hypothesis > 0 && order.reference > 0);
  const mean = (of: (order: Readonly<OrderStatistics>) => number): number =>
    used.reduce((sum, order) => sum + of(order), 0) / used.length;
  if (used.length === 0) return 0;
  const precision = mean((order) => order.matches / order.hypothesis);
  const recall = mean((order) => order.matches / order.reference);
  if (precision + recall === 0) return 0;
  const weight = CHRF_BETA ** 2;
  return (100 * (1 + weight) * precision * recall) / (weight * precision + recall);
}
