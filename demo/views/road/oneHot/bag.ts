/** One-hot vectors of the words of a sentence, their products, and bags of words. */

type Rows = readonly (readonly number[])[];

/** The words of a text, in order, in lower case. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|\?/gu) ?? [];
}

/** The vectors of words: a place for each word of a vocabulary, all zero but that of the word. */
export function oneHotRows(words: readonly string[], vocabulary: readonly string[]): Rows {
  return words.map((word) => vocabulary.map((other) => (other === word ? 1 : 0)));
}

/** The dot product of each row with each row. */
export function productsOf(rows: Rows): Rows {
  return rows.map((row) =>
    rows.map((other) => row.reduce((sum, x, i) => sum + x * (other[i] ?? 0), 0)),
  );
}

/** The sum of rows: how often each word of the vocabulary occurs. */
export function bagOf(rows: Rows, size: number): readonly number[] {
  return Array.from({ length: size }, (_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0));
}

/** The distance of two vectors. */
export function distanceOf(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((x, i) => x - (b[i] ?? 0)));
}

/** Items in another order, which depends on the number of the shuffle alone; 0 leaves them. */
export function shuffled<T>(items: readonly T[], shuffle: number): readonly T[] {
  if (shuffle === 0) return items;
  // Sorted by random numbers, those of mulberry32.
  let state = Math.imul(shuffle, 0x9e3779b9);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return items
    .map((item) => ({ item, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
