/** Sinusoidal positions (Vaswani et al. 2017, section 3.5) and orders of words, without a network. */
import type { Rows } from '../../../engine/tensors';

/** PE(p, 2i) = sin(p / base^(2i/size)), PE(p, 2i+1) = cos(p / base^(2i/size)): [length][size]. */
export function sinusoids(length: number, size: number, base: number): Rows {
  return Array.from({ length }, (_, position) =>
    Array.from({ length: size }, (__, column) => {
      const angle = position / base ** ((column - (column % 2)) / size);
      return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }),
  );
}

/** The dot products of all pairs of rows, divided by that of a row with itself, size / 2. */
export function dotProducts(rows: Rows): Rows {
  const half = (rows[0]?.length ?? 0) / 2;
  return rows.map((a) => rows.map((b) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0) / half));
}

/**
 * An order of so many words: place i has the word order[i].
 * @param seed 0 leaves them as they are
 */
export function shuffledOrder(count: number, seed: number): readonly number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  if (seed === 0) return order;
  // A generator of Marsaglia (2003), xorshift32, is random enough for an order of a few words.
  let state = Math.imul(seed, 0x9e3779b9) | 1;
  const below = (n: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
  for (let i = 0; i < 8; i++) below(2);
  for (let i = count - 1; i > 0; i--) {
    const j = below(i + 1);
    [order[i], order[j]] = [order[j] ?? j, order[i] ?? i];
  }
  return order;
}

/**
 * How far the vector of each word is from that of the same word in the other order.
 * @param inOrder [word][size]  @param shuffled [place][size]
 */
export function distances(
  inOrder: Rows,
  shuffled: Rows,
  order: readonly number[],
): readonly number[] {
  return order
    .map((word, place) => {
      const [a, b] = [inOrder[word] ?? [], shuffled[place] ?? []];
      const sum = a.reduce((total, x, i) => total + (x - (b[i] ?? 0)) ** 2, 0);
      return { word, distance: Math.sqrt(sum) };
    })
    .toSorted((a, b) => a.word - b.word)
    .map(({ distance }) => distance);
}
