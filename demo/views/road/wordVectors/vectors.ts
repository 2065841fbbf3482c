/** Neighbours and sums of word vectors, in double precision. */
import { cosine } from '../lib/numbers';

type Vector = readonly number[];

/** A word with its cosine similarity to what is asked. */
export interface Near {
  readonly word: string;
  readonly cosine: number;
}

/**
 * The words nearest to a vector, the nearest first.
 * @param without words that are left out
 */
export function nearest(
  query: Vector,
  words: readonly string[],
  vectors: readonly Vector[],
  count: number,
  without: readonly string[] = [],
): readonly Near[] {
  return words
    .map((word, row) => ({ word, cosine: cosine(query, vectors[row] ?? []) }))
    .filter(({ word }) => !without.includes(word))
    .sort((a, b) => b.cosine - a.cosine)
    .slice(0, count);
}

/** a - b + c of vectors that are brought to length 1 first (Mikolov et al. 2013c). */
export function combined(a: Vector, b: Vector, c: Vector): Vector {
  const [x, y, z] = [unit(a), unit(b), unit(c)];
  return x.map((value, i) => value - (y[i] ?? 0) + (z[i] ?? 0));
}

/** A vector brought to length 1; zeros stay zeros. */
export function unit(vector: Vector): Vector {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** The rows of a matrix that is stored row by row. */
export function rowsOf(data: ArrayLike<number>, columns: number): readonly Vector[] {
  const all = Array.from(data);
  return Array.from({ length: all.length / columns }, (_, row) =>
    all.slice(row * columns, (row + 1) * columns),
  );
}
