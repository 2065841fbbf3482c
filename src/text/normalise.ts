/**
 * Normalises and tokenises raw text, and joins tokens to text for display. Reproduces the
 * tokenisation of the Tatoeba corpora (such as train.tsv) from their raw sentences. The rules of
 * languages are in words.ts.
 */
import { checkOptions, OptionError } from '../core/errors';
import { joinWords, splitWords, unify, WORD } from './words';

/**
 * A BCP 47 tag, which selects the rules for apostrophes and spacing. In French, Italian, Catalan and
 * Occitan, apostrophes end an elided token ("l'" "eau", "aujourd'" "hui"); in all other languages
 * they stay inside words ("don't", "tom's"). French has spaces before high punctuation.
 */
export type Language = string;

/** Options of normalisation. */
export interface NormaliseOptions {
  /** Whether to convert to lower case (default true). */
  readonly lowerCase?: boolean;
}

/** Options of tokenisation. */
export interface TokeniseOptions extends NormaliseOptions {
  readonly language: Language;
  /** Words that are not split at their apostrophe (default: none, as in train.tsv). */
  readonly keepWhole?: readonly string[];
}

/** French words whose apostrophe is no longer an elision; for `keepWhole`. */
export const FRENCH_WHOLE_WORDS: readonly string[] = [
  "aujourd'hui",
  "quelqu'un",
  "quelqu'une",
  "presqu'île",
  "prud'homme",
];

/**
 * Converts text to NFC with one kind of apostrophe ('), double quote ("), hyphen (-) and space.
 * Long dashes become ' - ', … becomes '...', and invisible characters are removed. Guillemets stay.
 */
export function normalise(text: string, options: NormaliseOptions = {}): string {
  checkOptions('normalise', options, ['lowerCase']);
  return unify(text, options.lowerCase ?? true);
}

/**
 * Normalises text and splits it into tokens: words with inner hyphens, numbers such as 3.5 and
 * 8:30, emoji, and single characters for all other signs. Tokens that are joined by spaces tokenise
 * to themselves, except for rare elisions before a space ("prud' homme").
 * @throws OptionError for an unknown option or what is no tag of a language
 */
export function tokenise(text: string, options: TokeniseOptions): string[] {
  checkOptions('tokenise', options, ['language', 'lowerCase', 'keepWhole']);
  const { language, lowerCase = true, keepWhole = [] } = options;
  checkLanguage('tokenise', language);
  if (keepWhole.some((word) => word.trim() === '')) {
    throw new OptionError('tokenise: keepWhole must not contain an empty word');
  }
  return splitWords(text, { language, lowerCase }, wholePatterns(keepWhole));
}

/** Patterns of words that are not split, the longest first. */
function wholePatterns(words: readonly string[]): readonly string[] {
  return words
    .map((word) => unify(word, false))
    .sort((a, b) => b.length - a.length)
    .map((word) => `(?<!${WORD})${word.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')}(?!${WORD})`);
}

/** Options of detokenisation. */
export interface DetokeniseOptions {
  readonly language: Language;
  /** Whether the first letter becomes upper case (default false). */
  readonly capitalise?: boolean;
}

/**
 * Joins tokens to readable text, which tokenises to the same tokens (see `tokenise`). French text
 * gets a narrow no-break space (U+202F) before ? ! : ; % € $ and inside guillemets.
 * @throws OptionError for an unknown option or what is no tag of a language
 */
export function detokenise(tokens: readonly string[], options: DetokeniseOptions): string {
  checkOptions('detokenise', options, ['language', 'capitalise']);
  const { language, capitalise = false } = options;
  checkLanguage('detokenise', language);
  const text = joinWords(tokens, language);
  return capitalise ? text.replace(/\p{L}/u, (letter) => letter.toUpperCase()) : text;
}

function checkLanguage(where: string, language: string): void {
  if (/^[a-z]{2,8}(-[a-z\d]+)*$/iu.test(language)) return;
  throw new OptionError(`${where}: language must be a tag such as 'en' or 'fr', not '${language}'`);
}
