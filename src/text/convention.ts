/**
 * Text conventions: what training did to the text of one side of a model, as plain data that is
 * stored with the model, and the functions that do it again.
 */
import { joinWords, splitWords } from './words';

/** Units of tokens, for reading what is stored. */
export const TEXT_UNITS = ['word', 'character'] as const;

/** The unit of a token: a word, or a character, where spaces are tokens, too. */
export type TextUnit = (typeof TEXT_UNITS)[number];

/** Letter cases, for reading what is stored. */
export const LETTER_CASES = ['lower', 'cased'] as const;

/** What training did to text. Byte pairs, which cut words further, are part of the codec. */
export interface TextConvention {
  /** BCP 47 tag of the language, for its apostrophes and spacing (default: general rules). */
  readonly language?: string | undefined;
  /** 'lower' if text is converted to lower case. */
  readonly case: (typeof LETTER_CASES)[number];
  /**
   * Whether text is normalised and split into words and signs, as by `tokenise`. Otherwise it is
   * kept, and split at spaces only.
   */
  readonly tokenised: boolean;
  readonly unit: TextUnit;
}

/** The functions of a text convention. */
export interface TextRules {
  /** Splits text into tokens, as before training. */
  split(text: string): readonly string[];
  /** Joins tokens to text; those of tokenised text with the spacing of the language. */
  join(tokens: readonly string[]): string;
}

/** The functions of a convention. */
export function textRules(convention: TextConvention): TextRules {
  const { language, case: letters, tokenised, unit } = convention;
  const lowerCase = letters === 'lower';
  const typed = (text: string) => (lowerCase ? text.toLowerCase() : text);
  const words: TextRules = tokenised
    ? {
        split: (text) => splitWords(text, { language, lowerCase }),
        join: (tokens) => joinWords(tokens, language),
      }
    : {
        // No-break spaces are part of words, because they belong to the spacing of a language.
        split: (text) => typed(text).match(/[^\t-\r ]+/gu) ?? [],
        join: (tokens) => tokens.join(' '),
      };
  if (unit === 'word') return words;
  return {
    split: (text) => [...(tokenised ? words.split(text).join(' ') : typed(text))],
    join: (tokens) => {
      const text = tokens.join('');
      return tokenised ? words.join(text.split(' ')) : text;
    },
  };
}
