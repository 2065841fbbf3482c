/** Segmentation by merging pairs of neighbours, the best pair first (Sennrich et al. 2016). */
import { characterLength } from './normaliser';
import type { Pieces } from './pieces';

/** A part of the text; its neighbours by index, -1 for none. */
interface Part {
  text: string;
  before: number;
  after: number;
  /** Whether it is never merged. */
  readonly isWhole: boolean;
}

interface Pair {
  readonly left: number;
  readonly right: number;
  readonly score: number;
  /** UTF-16 units of both: a pair whose parts have changed since is skipped. */
  readonly length: number;
}

/** The pieces of normalised text, as in bpe_model.cc. */
export function mergedPieces(text: string, pieces: Pieces): readonly string[] {
  const parts = partsOf(text, pieces);
  const waiting = new PairQueue();
  /** The halves of merges that stand for no piece of their own. */
  const halves = new Map<string, readonly [string, string]>();
  const consider = (left: number, right: number) => {
    const [one, other] = [parts[left], parts[right]];
    if (one === undefined || other === undefined || one.isWhole || other.isWhole) return;
    const both = one.text + other.text;
    const id = pieces.find(both);
    if (id === undefined) return;
    waiting.push({ left, right, score: pieces.at(id).score, length: both.length });
    if (pieces.isUnused(id)) halves.set(both, [one.text, other.text]);
  };
  for (let i = 1; i < parts.length; i++) consider(i - 1, i);
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    const [left, right] = [parts[pair.left], parts[pair.right]];
    if (left === undefined || right === undefined || left.text === '' || right.text === '')
      continue;
    if (left.text.length + right.text.length !== pair.length) continue;
    left.text += right.text;
    left.after = right.after;
    right.text = '';
    const next = parts[right.after];
    if (next !== undefined) next.before = pair.left;
    consider(left.before, pair.left);
    consider(pair.left, left.after);
  }
  const split = (piece: string): readonly string[] => {
    const id = pieces.find(piece);
    const found = id !== undefined && pieces.isUnused(id) ? halves.get(piece) : undefined;
    return found === undefined ? [piece] : found.flatMap(split);
  };
  return parts.flatMap(({ text: part }) => (part === '' ? [] : split(part)));
}

/** Characters, and texts that are kept whole. */
function partsOf(text: string, { userDefined }: Pieces): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < text.length; ) {
    const whole = userDefined.longest(text, at);
    const end = at + (whole > 0 ? whole : characterLength(text, at));
    const index = parts.length;
    const after = end < text.length ? index + 1 : -1;
    parts.push({ text: text.slice(at, end), before: index - 1, after, isWhole: whole > 0 });
    at = end;
  }
  return parts;
}

/** A binary heap of pairs: the highest score first, then the leftmost. */
class PairQueue {
  readonly #heap: Pair[] = [];

  push(pair: Pair): void {
    const heap = this.#heap;
    let at = heap.push(pair) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): Pair | undefined {
    const heap = this.#heap;
    const [top] = heap;
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return top;
    heap[0] = last;
    for (let at = 0; ; ) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.#isBefore(child, first)) first = child;
      }
      if (first === at) return top;
      this.#swap(at, first);
      at = first;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return false;
    return one.score > other.score || (one.score === other.score && one.left < other.left);
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
