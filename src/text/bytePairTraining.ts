/**
 * Learns the merges of byte-pair encoding (Sennrich et al. 2016, algorithm 1). Pair counts are
 * updated incrementally and kept in a heap, so that the cost of a merge depends on the words with
 * that pair only.
 */

/** Two neighbouring ids that are merged to one. */
export type Merge = readonly [left: number, right: number];

/** A word as symbols, and its number of occurrences. */
export interface CountedWord {
  readonly symbols: readonly number[];
  readonly count: number;
}

export interface MergeLimits {
  /** Id of the first merge. */
  readonly firstId: number;
  /** The number of ids at which merging ends. */
  readonly size: number;
  readonly minCount: number;
}

// Parts of at most 64 characters keep encoding linear on text without spaces.
const CHUNKS =
  / ?[\p{L}\p{M}]{1,64}['\u2019]?| ?\p{N}{1,64}| ?[^\s\p{L}\p{M}\p{N}]{1,64}|\s{1,64}(?!\S)|\s/gu;

/**
 * Splits text into words, each with the space before it, numbers, punctuation and white space,
 * without loss.
 */
export const splitChunks = (text: string): readonly string[] => text.match(CHUNKS) ?? [];

const KEY_BASE = 2 ** 22;

/** A number for a pair of ids below 2^22, ordered by left, then right. */
export const pairKey = (left: number, right: number): number => left * KEY_BASE + right;

/** Up to `size - firstId` merges, most frequent pair first; ties go to the lower ids. */
export function learnMerges(words: readonly CountedWord[], limits: MergeLimits): Merge[] {
  const counter = new PairCounter(words);
  const merges: Merge[] = [];
  for (let id = limits.firstId; id < limits.size; id++) {
    const best = counter.mostFrequent();
    if (best === undefined || best.count < limits.minCount) break;
    const merge: Merge = [Math.floor(best.key / KEY_BASE), best.key % KEY_BASE];
    merges.push(merge);
    counter.merge(merge, id);
  }
  return merges;
}

interface PairCount {
  readonly key: number;
  readonly count: number;
}

/** Counts of neighbouring pairs, updated as words are merged. */
class PairCounter {
  readonly #words: { symbols: readonly number[]; readonly count: number }[];
  readonly #counts = new Map<number, number>();
  readonly #wordsOf = new Map<number, Set<number>>();
  readonly #heap: PairCount[] = [];

  constructor(words: readonly CountedWord[]) {
    this.#words = words.map((word) => ({ ...word }));
    const touched = new Set<number>();
    for (const [index, word] of this.#words.entries()) {
      this.#count(word.symbols, word.count, index, touched);
    }
    this.#queue(touched);
  }

  /** The most frequent pair. Heap entries whose count has changed since are skipped. */
  mostFrequent(): PairCount | undefined {
    for (;;) {
      const top = pop(this.#heap);
      if (top === undefined) return undefined;
      if (top.count === this.#counts.get(top.key)) return top;
    }
  }

  merge([left, right]: Merge, id: number): void {
    const key = pairKey(left, right);
    const touched = new Set<number>();
    for (const index of this.#wordsOf.get(key) ?? []) {
      const word = this.#words[index];
      if (word === undefined) continue;
      this.#count(word.symbols, -word.count, index, touched);
      word.symbols = mergeSymbols(word.symbols, left, right, id);
      this.#count(word.symbols, word.count, index, touched);
    }
    this.#counts.delete(key);
    this.#wordsOf.delete(key);
    touched.delete(key);
    this.#queue(touched);
  }

  /**
   * Adds `count` to every pair of a word. The sets of words by pair may keep words that lost the
   * pair.
   */
  #count(symbols: readonly number[], count: number, index: number, touched: Set<number>): void {
    let left = -1;
    for (const right of symbols) {
      if (left >= 0) {
        const key = pairKey(left, right);
        this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
        if (count > 0) this.#remember(key, index);
        touched.add(key);
      }
      left = right;
    }
  }

  #remember(key: number, index: number): void {
    const known = this.#wordsOf.get(key);
    if (known === undefined) this.#wordsOf.set(key, new Set([index]));
    else known.add(index);
  }

  #queue(keys: Iterable<number>): void {
    for (const key of keys) {
      const count = this.#counts.get(key) ?? 0;
      if (count > 0) push(this.#heap, { key, count });
      else this.#counts.delete(key);
    }
  }
}

function mergeSymbols(symbols: readonly number[], left: number, right: number, id: number) {
  const merged: number[] = [];
  for (let i = 0; i < symbols.length; i++) {
    const symbol = symbols[i];
    if (symbol === left && symbols[i + 1] === right) {
      merged.push(id);
      i++;
    } else if (symbol !== undefined) merged.push(symbol);
  }
  return merged;
}

const precedes = (a: PairCount, b: PairCount): boolean =>
  a.count > b.count || (a.count === b.count && a.key < b.key);

function push(heap: PairCount[], item: PairCount): void {
  let at = heap.length;
  heap.push(item);
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !precedes(item, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = item;
}

function pop(heap: PairCount[]): PairCount | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    const [first, second] = [heap[below], heap[below + 1]];
    if (first === undefined) break;
    const child = second !== undefined && precedes(second, first) ? second : first;
    if (child === second) below++;
    if (!precedes(child, last)) break;
    heap[at] = child;
    at = below;
  }
  heap[at] = last;
  return top;
}
