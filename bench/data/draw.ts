/** Random data of the benches, the same for all contestants. */

export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** Uniform in [0, 1): mulberry32. */
export function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Uniform within a bound. */
export function within(bound: number, shape: readonly number[], next: () => number): Weight {
  const length = shape.reduce((all, size) => all * size, 1);
  const data = new Float32Array(length);
  for (let i = 0; i < length; i++) data[i] = (next() * 2 - 1) * bound;
  return { shape, data };
}

/** Ids of a vocabulary, none of them 0, which is padding. */
export function drawIds(
  length: number,
  vocabulary: number,
  next: () => number,
): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length }, () => 1 + Math.floor(next() * (vocabulary - 1)));
}
