/**
 * The training examples of word2vec (Mikolov et al. 2013a, b): words that stand near each other. Batches and
 * noise are wordIterator.ts's work.
 */
import type { Random } from '../core/random';

/** Which words make an example. */
export interface WindowOptions {
  /** 'skipgram' foretells each neighbour from a word, 'cbow' a word from the mean of its neighbours. */
  readonly kind: 'skipgram' | 'cbow';
  /** Most words to either side; how many, 1 to this, is drawn for each place. */
  readonly window: number;
}

/** Words that are known, and one to be predicted. */
export interface Example {
  readonly inputs: readonly number[];
  readonly target: number;
}

/** The examples of a batch. */
export interface Chunk {
  readonly examples: readonly Example[];
  /** Whether the epoch ends with them. */
  readonly isLast: boolean;
}

/** Examples, so many at a time. */
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
 * The examples of sentences, in order. Words are left out before windows are laid: those that stay come
 * closer together.
 * @param keep the probability of each id to stay
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
