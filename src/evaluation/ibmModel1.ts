/**
 * Word alignment by IBM Model 1 (Brown et al. 1993): expectation maximisation of word translation
 * probabilities over a corpus, then the most probable link of each target word.
 */
import { checkOptions, defined } from '../core/errors';
import { checkInteger } from '../text/checks';
import type { Pair } from '../text/corpus';

/** A link between translated words, by their positions from 0. */
export type Link = readonly [source: number, target: number];

/** A sentence pair with word alignment. */
export interface AlignedPair extends Pair {
  readonly links: readonly Link[];
}

/** Options of word alignment. */
export interface AlignOptions {
  /** Iterations of expectation maximisation (default 5). */
  readonly iterations?: number;
}

/**
 * Links every target word to the source word that most probably generated it, or to none.
 * @throws OptionError on an unknown option or fewer than one iteration
 */
export function alignByIbmModel1(
  pairs: readonly Pair[],
  options: AlignOptions = {},
): AlignedPair[] {
  checkOptions('alignByIbmModel1', options, ['iterations']);
  const { iterations = 5 } = options;
  checkInteger('alignByIbmModel1', 'iterations', iterations, 1);
  const table = indexCooccurrences(pairs);
  let probabilities = new Float64Array(table.sourceOf.length).fill(1);
  for (let i = 0; i < iterations; i++) probabilities = maximise(table, probabilities);
  return pairs.map((pair, p) => ({ ...pair, links: bestLinks(table, p, probabilities) }));
}

/** The pairs of word types that occur in a sentence pair together. */
interface Cooccurrences {
  /** Number of source word types, including NULL. */
  readonly sourceTypes: number;
  /** The source type of each word pair. */
  readonly sourceOf: readonly number[];
  /**
   * Indices of word pairs for each sentence pair [target length][1 + source length], NULL first.
   */
  readonly cells: readonly (readonly Int32Array[])[];
}

function indexCooccurrences(pairs: readonly Pair[]): Cooccurrences {
  const sourceTypes = new Map<string, number>();
  const targetTypes = new Map<string, number>();
  const wordPairs = new Map<number, number>();
  const sourceOf: number[] = [];
  const indexOf = (types: Map<string | number, number>, key: string | number): number => {
    const index = types.get(key) ?? types.size;
    types.set(key, index);
    return index;
  };
  const cells = pairs.map((pair) => {
    const sources = [0, ...pair.source.map((word) => 1 + indexOf(sourceTypes, word))];
    return pair.target.map((word) => {
      const target = indexOf(targetTypes, word);
      return Int32Array.from(sources, (source) => {
        const index = indexOf(wordPairs, source * 2 ** 26 + target);
        if (index === sourceOf.length) sourceOf.push(source);
        return index;
      });
    });
  });
  return { sourceTypes: 1 + sourceTypes.size, sourceOf, cells };
}

/** One iteration: expected counts under t(target | source), normalised for each source word. */
function maximise(
  { cells, sourceOf, sourceTypes }: Cooccurrences,
  probabilities: Float64Array<ArrayBuffer>,
): Float64Array<ArrayBuffer> {
  const counts = new Float64Array(probabilities.length);
  const totals = new Float64Array(sourceTypes);
  for (const rows of cells) {
    for (const row of rows) {
      let sum = 0;
      for (const cell of row) sum += probabilities[cell] ?? 0;
      for (const cell of row) {
        const share = (probabilities[cell] ?? 0) / sum;
        counts[cell] = (counts[cell] ?? 0) + share;
        const source = sourceOf[cell] ?? 0;
        totals[source] = (totals[source] ?? 0) + share;
      }
    }
  }
  return counts.map((count, cell) => count / (totals[sourceOf[cell] ?? 0] ?? 1));
}

function bestLinks(table: Cooccurrences, pair: number, probabilities: Float64Array): Link[] {
  const links: Link[] = [];
  for (const [target, row] of defined(table.cells[pair], 'pair').entries()) {
    let best = 0;
    let highest = -1;
    for (const [place, cell] of row.entries()) {
      const probability = probabilities[cell] ?? 0;
      if (probability > highest) [best, highest] = [place, probability];
    }
    if (best > 0) links.push([best - 1, target]);
  }
  return links;
}
