/**
 * Normalises and tokenises raw text, and joins tokens to text for display. Reproduces the
 * tokenisation of the Tatoeba corpora (such as train.tsv) from their raw sentences. Handles English
 * and French apostrophes; does not segment scripts that are written without spaces.
 */
import { checkOptions, OptionError } from '../core/errors';
import { checkOneOf } from './checks';

/**
 * The rule for apostrophes. 'en': they stay inside words ("don't", "tom's"). 'fr': they end an
 * elided token ("l'" "eau", "aujourd'" "hui"), which also suits Italian.
 */
export type Language = 'en' | 'fr';

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
  const { lowerCase = true } = options;
  const unified = (lowerCase ? text.toLowerCase() : text)
    .normalize('NFC')
    .replace(/\u00AD|\u200B|\u2060|\uFEFF/gu, '')
    .replace(/[\u2018\u2019\u201A\u201B\u2032\u02BC\u0060\u00B4\uFF07]/gu, "'")
    .replace(/[\u201C\u201D\u201E\u201F\u2033\uFF02]/gu, '"')
    .replace(/[\u2010\u2011\u2212]/gu, '-')
    .replace(/[\u2012-\u2015]/gu, ' - ')
    .replace(/\u2026/gu, '...');
  return unified.replace(/\s+/gu, ' ').trim();
}

/**
 * Normalises text and splits it into tokens: words with inner hyphens, numbers such as 3.5 and
 * 8:30, emoji, and single characters for all other signs. Tokens that are joined by spaces tokenise
 * to themselves, except for rare elisions before a space ("prud' homme").
 * @throws OptionError for an unknown option or language
 */
export function tokenise(text: string, options: TokeniseOptions): string[] {
  checkOptions('tokenise', options, ['language', 'lowerCase', 'keepWhole']);
  const { language, lowerCase = true, keepWhole = [] } = options;
  checkOneOf('tokenise', 'language', language, ['en', 'fr']);
  if (keepWhole.some((word) => word.trim() === '')) {
    throw new OptionError('tokenise: keepWhole must not contain an empty word');
  }
  return normalise(text, { lowerCase }).match(tokenPattern(language, keepWhole)) ?? [];
}

const WORD = '[\\p{L}\\p{M}\\p{N}_]';
const HYPHENATED = `${WORD}+(?:-${WORD}+)*`;
const PICTOGRAPH = '\\p{Extended_Pictographic}(?:\\p{Emoji_Modifier}|\\uFE0F)*';
const SIGNS = [
  `${PICTOGRAPH}(?:\\u200D${PICTOGRAPH})*`,
  '\\p{Regional_Indicator}{2}',
  '\\p{N}+(?:[.,:]\\p{N}+)+',
];
const ENGLISH = [`${WORD}+(?:['-]${WORD}+)*`];
// The second pattern matches elisions before a space or a quote.
const FRENCH = [
  `${HYPHENATED}'(?=${WORD})`,
  `(?:${WORD}+-)*(?:[cdjlmnst]|${WORD}*qu|entr|aujourd)'`,
  HYPHENATED,
];

const patterns = new Map<string, RegExp>();

function tokenPattern(language: Language, keepWhole: readonly string[]): RegExp {
  const whole = keepWhole
    .map((word) => normalise(word, { lowerCase: false }))
    .sort((a, b) => b.length - a.length)
    .map((word) => `(?<!${WORD})${word.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')}(?!${WORD})`);
  const words = language === 'fr' ? FRENCH : ENGLISH;
  const source = [...whole, ...SIGNS, ...words, '\\S'].join('|');
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const pattern = new RegExp(source, 'giu');
  patterns.set(source, pattern);
  return pattern;
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
 * @throws OptionError for an unknown option or language
 */
export function detokenise(tokens: readonly string[], options: DetokeniseOptions): string {
  checkOptions('detokenise', options, ['language', 'capitalise']);
  const { language, capitalise = false } = options;
  checkOneOf('detokenise', 'language', language, ['en', 'fr']);
  const rules = SPACING[language];
  const open = new Set<string>();
  let text = '';
  let after = '';
  for (const token of tokens) {
    const quote = token === '"' || token === "'";
    const closes = quote && open.has(token);
    if (closes) open.delete(token);
    else if (quote) open.add(token);
    const before = closes ? '' : rules.before.get(token);
    text += (after === '' ? '' : (before ?? after)) + token;
    const elided = language === 'fr' && token.length > 1 && token.endsWith("'");
    after = (quote && !closes) || elided ? '' : (rules.after.get(token) ?? ' ');
  }
  return capitalise ? text.replace(/\p{L}/u, (letter) => letter.toUpperCase()) : text;
}

interface Spacing {
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

const spacing = (signs: string, space: string): readonly (readonly [string, string])[] =>
  signs.split(' ').map((sign) => [sign, space]);

const SPACING: Readonly<Record<Language, Spacing>> = {
  en: {
    before: new Map(spacing('. , ! ? : ; ) ] } % »', '')),
    after: new Map(spacing('( [ { « $ € £', '')),
  },
  fr: {
    before: new Map([...spacing('. , ) ] }', ''), ...spacing('! ? : ; % » € $', '\u202F')]),
    after: new Map([...spacing('( [ {', ''), ...spacing('«', '\u202F')]),
  },
};
