/** A row of an embedding matrix as the product of a one-hot vector with it. */

type Rows = readonly (readonly number[])[];

/** The one-hot vector of a word: zeros, and a one at its place. */
export function oneHot(index: number, size: number): readonly number[] {
  return Array.from({ length: size }, (_, i) => (i === index ? 1 : 0));
}

/** The product of a row vector [V] with a matrix [V, d], all of it multiplied out. */
export function times(vector: readonly number[], matrix: Rows): readonly number[] {
  const sums = (matrix[0] ?? []).map(() => 0);
  for (const [row, factor] of vector.entries()) {
    for (const [i, value] of (matrix[row] ?? []).entries())
      sums[i] = (sums[i] ?? 0) + factor * value;
  }
  return sums;
}
