/** The most frequent words of sentence pairs of the grammar, English and French together. */
import type { Device } from 'qkv';
import { buildVocabulary, SPECIAL_TOKENS } from 'qkv/text';
import { toyPairs } from 'qkv/toy';

const PAIRS = 1000;
const SEED = 1;

/** The words, the most frequent first. @param count at most so many */
export default function frequentWords(_: Device, count: number): readonly string[] {
  const pairs = toyPairs({ seed: SEED, split: 'train', count: PAIRS });
  const vocabulary = buildVocabulary(pairs.flatMap(({ source, target }) => [source, target]));
  const specials = Object.values(SPECIAL_TOKENS).length;
  return vocabulary.tokens.slice(specials, specials + count);
}
