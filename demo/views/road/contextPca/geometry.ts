/** Distances between vectors, and their places on a plane, in float64. */
import type { Telling } from './phrases';
import type { Plane } from './service';

export type Vector = readonly number[];

export function distance(a: Vector, b: Vector): number {
  return Math.sqrt(a.reduce((sum, x, i) => sum + (x - (b[i] ?? 0)) ** 2, 0));
}

/** The index of the nearest vector, the first of several. */
export function nearestOf(vector: Vector, others: readonly Vector[]): number {
  const distances = others.map((other) => distance(vector, other));
  return distances.indexOf(Math.min(...distances));
}

/** Where a vector lies on a plane. */
export function project({ mean, components }: Plane, vector: Vector): readonly [number, number] {
  const along = (axis: Vector = []) =>
    axis.reduce((sum, u, i) => sum + u * ((vector[i] ?? 0) - (mean[i] ?? 0)), 0);
  return [along(components[0]), along(components[1])];
}

/** All different words, in the order of their first occurrence. */
export function wordsIn(sentences: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(sentences.flat())];
}

/** How often each word of a list occurs in a sentence. */
export function bagOf(sentence: readonly string[], words: readonly string[]): Vector {
  return words.map((word) => sentence.filter((other) => other === word).length);
}

/** Mean distances between tellings of the same event. */
export interface EventDistances {
  /** Of the same meaning, in the other voice. */
  readonly sameMeaning: number;
  /** Of the same words in another order: the other one does it. */
  readonly sameWords: number;
  /** With the nouns in the same order: voice and meaning differ. */
  readonly sameOrder: number;
}

export function eventDistances(
  tellings: readonly Telling[],
  vectors: readonly Vector[],
): EventDistances {
  const mean = (isPair: (a: Telling, b: Telling) => boolean) => {
    const found = tellings.flatMap((a, i) =>
      tellings.flatMap((b, j) =>
        i < j && a.event === b.event && isPair(a, b)
          ? [distance(vectors[i] ?? [], vectors[j] ?? [])]
          : [],
      ),
    );
    return found.reduce((sum, one) => sum + one, 0) / found.length;
  };
  return {
    sameMeaning: mean((a, b) => a.doer === b.doer),
    sameWords: mean((a, b) => a.voice === b.voice),
    sameOrder: mean((a, b) => a.doer !== b.doer && a.voice !== b.voice),
  };
}
