/** The English words that a model knows, and those that are spelt much like a word that it does not. */
import { distance } from 'fastest-levenshtein';
import { Vocabulary } from 'qkv/text';
import { modelFolder } from './models';

/** The words of a model's source vocabulary, without special tokens. */
export async function knownWords(model: string): Promise<readonly string[]> {
  const response = await fetch(`${modelFolder(model)}model.json`);
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
  const { source }: { readonly source?: unknown } = await response.json();
  const { tokens } = Vocabulary.fromJSON(source);
  return tokens.filter((token) => /^\p{L}+$/u.test(token));
}

/** Letters that may differ for a word to be offered, as a part of the longer word. */
const MOST_DIFFERENT = 0.5;

/** The words that are spelt most like a word, the nearest first. */
export function similarWords(
  word: string,
  known: readonly string[],
  count: number,
): readonly string[] {
  const lower = word.toLowerCase();
  return known
    .map((one) => ({ one, part: distance(lower, one) / Math.max(lower.length, one.length) }))
    .filter(({ part }) => part <= MOST_DIFFERENT)
    .toSorted((a, b) => a.part - b.part || a.one.localeCompare(b.one))
    .slice(0, count)
    .map(({ one }) => one);
}
