/** Corpus chrF2, which compares character n-grams without tokenisation. */
import { defined } from '../core/errors';
import { exactly } from '../core/repeated';
import { corpusScore, type SentenceCounts } from './bootstrap';
import { checkReferences, countNgrams, splitWords } from './ngrams';

const ORDERS = [1, 2, 3, 4, 5, 6];
const CHRF_BETA = 2;

/**
 * Corpus chrF2 (Popović 2015; sacreBLEU's definition), 0 to 100: the F2 score of character 1- to
 * 6-grams without white space, averaged over the orders that occur, for the best reference of each
 * sentence.
 * @param hypotheses N texts  @param references N lists of at least one reference text
 * @throws InputError if N is 0, the counts differ or a sentence has no reference
 */
export function chrF2(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
): number {
  return corpusScore(chrF2Counts(hypotheses, references));
}

/** The counts of chrF2 for each sentence. @throws InputError as chrF2 */
export function chrF2Counts(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
): SentenceCounts {
  checkReferences('chrF2', hypotheses, references);
  return {
    rows: hypotheses.map((hypothesis, i) =>
      defined(references[i], 'references')
        .map((reference) => countsOf(hypothesis, reference))
        .reduce((best, counts) => (scoreOfSums(counts) > scoreOfSums(best) ? counts : best)),
    ),
    score: scoreOfSums,
  };
}

/** For each order, the numbers of n-grams of the hypothesis, of the reference, and of matches. */
function countsOf(hypothesis: string, reference: string): readonly number[] {
  const charactersOf = (text: string) => [...splitWords(text).join('')];
  const [found, wanted] = [charactersOf(hypothesis), charactersOf(reference)];
  return ORDERS.flatMap((n) => {
    const [has, needs] = [countNgrams(found, n), countNgrams(wanted, n)];
    let matches = 0;
    for (const [ngram, count] of has) matches += Math.min(count, needs.get(ngram) ?? 0);
    const total = (characters: readonly string[]) => Math.max(0, characters.length - n + 1);
    return [needs.size > 0 ? total(found) : 0, total(wanted), matches];
  });
}

function scoreOfSums(sums: readonly number[]): number {
  let [precision, recall, used] = [0, 0, 0];
  for (const order of ORDERS) {
    const [found, wanted, matches] = exactly(sums.slice(3 * order - 3, 3 * order), 3, 'counts');
    if (found === 0 || wanted === 0) continue;
    precision += matches / found;
    recall += matches / wanted;
    used++;
  }
  if (precision + recall === 0) return 0;
  const weight = CHRF_BETA ** 2;
  return (100 / used) * (((1 + weight) * precision * recall) / (weight * precision + recall));
}
