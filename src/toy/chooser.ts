/**
 * Random choices under the combination hold-out: one tenth of the verb-object and adjective-noun
 * pairs, fixed by a hash of their lemmas whatever the seed, is kept out of the training split.
 */
import { defined } from '../core/errors';
import { type Random, random } from '../core/random';

export interface Chooser {
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Draws an item with a probability proportional to its weight. */
  weighted<T>(items: Weighted<T>): T;
  /** Whether the split may combine these lemmas. */
  allows(first: string, second: string): boolean;
  /**
   * Draws a part of a sentence, which influences the others only by what it returns; see
   * surprisal.ts.
   */
  part<T>(draw: () => T): T;
  /** Draws parts until one is not undefined. */
  until<T>(draw: () => T | undefined): T;
}

/** FNV-1a of the text's UTF-16 units with a final mix. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}

const known = new Map<string, boolean>();

/** True for the tenth of lemma pairs that never occurs in training. */
export function isHeldOut(first: string, second: string): boolean {
  const key = `${first} + ${second}`;
  let held = known.get(key);
  if (held === undefined) {
    held = hashText(key) % 10 === 0;
    known.set(key, held);
  }
  return held;
}

/** Items with their weights. */
export type Weighted<T> = readonly (readonly [number, T])[];

/** Draws an item with a probability proportional to its weight. */
export function weightedPick<T>(source: Random, items: Weighted<T>): T {
  let left = source.next() * items.reduce((sum, [weight]) => sum + weight, 0);
  const found = items.find(([weight]) => {
    left -= weight;
    return left < 0;
  });
  return defined(found, 'toy corpus: an item with a weight')[1];
}

function pickFrom<T>(source: Random, items: readonly T[]): T {
  return defined(items[source.below(items.length)], 'toy corpus: an item to pick');
}

/** Choices from a seed; with `holdOut` the held-out combinations are avoided. */
export function createChooser(seed: number, holdOut: boolean): Chooser {
  const source = random(seed);
  return {
    chance: (probability) => source.next() < probability,
    pick: (items) => pickFrom(source, items),
    weighted: (items) => weightedPick(source, items),
    allows: (first, second) => !holdOut || !isHeldOut(first, second),
    part: (draw) => draw(),
    until: repeated,
  };
}

/** The first result that is not undefined. */
export function repeated<T>(draw: () => T | undefined): T {
  for (;;) {
    const found = draw();
    if (found !== undefined) return found;
  }
}
