/**
 * The training examples of word2vec (Mikolov et al. 2013a, b): words with the words near them.
 * Batches and negative samples are made in wordIterator.ts.
 */
import type { Random } from '../core/random';

/** Options of the examples. */
export interface WindowOptions {
  /**
   * 'skipgram' predicts each context word from a word, 'cbow' a word from the mean of its context
   * words.
   */
  readonly kind: 'skipgram' | 'cbow';
  /**
   * Maximum number of context words on either side; the number for each word is drawn from 1 to
   * this.
   */
  readonly window: number;
}

/** Input words, and the word to predict from them. */
export interface Example {
  readonly inputs: readonly number[];
  readonly target: number;
}

/** The examples of a batch. */
export interface Chunk {
  readonly examples: readonly Example[];
  /** Whether it is the last chunk of the epoch. */
  readonly isLast: boolean;
}

/** Groups examples into chunks of `size`; the last chunk may have fewer. */
export function* inChunks(examples: Iterable<Example>, size: number): Generator<Chunk> {
  let list: Example[] = [];
  for (const example of examples) {
    if (list.length === size) {
      yield { examples: list, isLast: false };
      list = [];
    }
    list.push(example);
  }
  if (list.length > 0) yield { examples: list, isLast: true };
}

/**
 * Draws the examples of sentences, in order. Words are subsampled before windows are applied, which
 * brings the remaining words closer together.
 * @param keep the probability of keeping an occurrence of each id
 */
export function* drawExamples(
  sentences: Iterable<readonly number[]>,
  numbers: Random,
  keep: Float64Array,
  { kind, window }: WindowOptions,
): Generator<Example> {
  for (const sentence of sentences) {
    const kept = sentence.filter((id) => numbers.next() < (keep[id] ?? 1));
    for (const [i, word] of kept.entries()) {
      const reach = 1 + numbers.below(window);
      const around = [
        ...kept.slice(Math.max(0, i - reach), i),
        ...kept.slice(i + 1, i + 1 + reach),
      ];
      if (kind === 'skipgram') for (const target of around) yield { inputs: [word], target };
      else if (around.length > 0) yield { inputs: around, target: word };
    }
  }
}
