/**
 * Evaluates word vectors by whether nearest nouns are of the same semantic kind, such as persons or
 * food.
 */
import { type Device, WordVectors } from 'qkv';
import type { TextVectors } from 'qkv/io';

export interface KindAgreement {
  /** Fraction of nouns whose nearest noun is of the same kind. */
  readonly agreement: number;
  /** The expected fraction for a random other noun. */
  readonly chance: number;
}

/**
 * Evaluates vectors.
 * @param kinds the kind of each noun; nouns without a vector, or alone of their kind, are ignored
 */
export async function kindAgreement(
  device: Device,
  { words, vectors }: TextVectors,
  kinds: ReadonlyMap<string, string>,
): Promise<KindAgreement> {
  const [, dimensions = 1] = vectors.shape;
  const isThere = (word: string) => kinds.has(word);
  const sizes = new Map<string, number>();
  for (const word of words.filter(isThere)) {
    const kind = kinds.get(word) ?? '';
    sizes.set(kind, (sizes.get(kind) ?? 0) + 1);
  }
  const sizeOf = (word: string) => sizes.get(kinds.get(word) ?? '') ?? 0;
  const nouns = words.filter((word) => sizeOf(word) > 1);
  const data = new Float32Array(nouns.length * dimensions);
  let at = 0;
  for (const [row, word] of words.entries()) {
    if (sizeOf(word) < 2) continue;
    data.set(vectors.data.subarray(row * dimensions, (row + 1) * dimensions), at);
    at += dimensions;
  }
  const shape = [nouns.length, dimensions];
  const own = await WordVectors.create(device, { words: nouns, vectors: { shape, data } });
  const found = await own.nearestOfEach(nouns, 1);
  own.dispose();
  const agree = nouns.filter((word, i) => kinds.get(found[i]?.[0]?.word ?? '') === kinds.get(word));
  const likely = nouns.reduce((sum, word) => sum + (sizeOf(word) - 1) / (nouns.length - 1), 0);
  return { agreement: agree.length / nouns.length, chance: likely / nouns.length };
}
