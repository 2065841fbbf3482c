/** A made-up language, in which a model that reads both sides knows every word: counting. */
import { random } from 'qkv/cpu';
import { vocabularyOf } from 'qkv/text';

export const WORDS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];

/** Ids 4 to 11 are the words. */
export const countingVocabulary = vocabularyOf(['<pad>', '<bos>', '<eos>', '<unk>', ...WORDS]);

/** Sentences that count up from any word on, round and round. */
export function countingSentences(count: number, seed: number): readonly (readonly string[])[] {
  const numbers = random(seed);
  return Array.from({ length: count }, () => {
    const first = numbers.below(WORDS.length);
    return Array.from({ length: 3 + numbers.below(5) }, (_, i) => word(first + i));
  });
}

/** The word of a number, round and round. */
export const word = (number: number): string => WORDS[number % WORDS.length] ?? '';

export const RAW_TEXT = {
  case: 'cased',
  tokenised: false,
  unit: 'word',
  unknown: 'error',
} as const;
