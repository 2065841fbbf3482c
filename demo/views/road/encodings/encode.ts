/** The encodings of words, and how much each of them takes. */

/** How much an encoding takes. */
export interface Cost {
  /** Numbers of a word, or of the bag. */
  readonly width: number;
  /** Numbers for the whole sentence. */
  readonly numbers: number;
  /** How many of those are zero. */
  readonly zeros: number;
  /** Bytes of those, at four bytes a number. */
  readonly bytes: number;
}

const BYTES = 4;

/** The place of each word in a vocabulary; 0, the place of unknown words, for a word that it lacks. */
export function idsOf(words: readonly string[], vocabulary: readonly string[]): readonly number[] {
  return words.map((word) => Math.max(0, vocabulary.indexOf(word)));
}

/** How often each place of a vocabulary of a size occurs. */
export function countsOf(ids: readonly number[], size: number): readonly number[] {
  const counts = Array.from({ length: size }, () => 0);
  for (const id of ids) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}

/** The costs of one-hot rows, of a bag of words, and of vectors of a size. */
export function costsOf(
  ids: readonly number[],
  size: number,
  vectorSize: number,
): { readonly rows: Cost; readonly bag: Cost; readonly vectors: Cost } {
  const distinct = new Set(ids).size;
  const cost = (width: number, count: number, zeros: number): Cost => ({
    width,
    numbers: width * count,
    zeros,
    bytes: width * count * BYTES,
  });
  return {
    rows: cost(size, ids.length, (size - 1) * ids.length),
    bag: cost(size, 1, size - distinct),
    vectors: cost(vectorSize, ids.length, 0),
  };
}
