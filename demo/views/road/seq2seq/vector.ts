/** The one vector between encoder and decoder, and noise that is added to it, in double precision. */

/** The state in which the encoder ends: that of an LSTM is two vectors. */
export interface StateVector {
  readonly hidden: readonly number[];
  readonly cell: readonly number[];
}

/** Normally distributed numbers (Box and Muller 1958). @param seed a whole number */
export function normalNumbers(seed: number, count: number): readonly number[] {
  const next = uniformNumbers(seed);
  return Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    return radius * Math.cos(2 * Math.PI * next());
  });
}

/** Numbers from 0 to below 1 (mulberry32). */
function uniformNumbers(seed: number): () => number {
  let state = (seed + 1) * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The root of the mean square of some numbers. */
export function rootMeanSquare(numbers: readonly number[]): number {
  return Math.sqrt(numbers.reduce((sum, one) => sum + one * one, 0) / Math.max(1, numbers.length));
}

/** A vector with noise: at 1, the noise is as large as the vector itself. */
export function withNoise(vector: StateVector, noise: number, seed: number): StateVector {
  const { hidden, cell } = vector;
  const normal = normalNumbers(seed, hidden.length + cell.length);
  const [ofHidden, ofCell] = [rootMeanSquare(hidden), rootMeanSquare(cell)];
  return {
    hidden: hidden.map((one, i) => one + noise * ofHidden * (normal[i] ?? 0)),
    cell: cell.map((one, i) => one + noise * ofCell * (normal[hidden.length + i] ?? 0)),
  };
}
