/**
 * Normalises text, splits it into words and signs, and joins these again, by the rules of a
 * language; without checks of options, which are in normalise.ts. Handles English and French
 * apostrophes and spacing; does not segment scripts that are written without spaces.
 */

/** How text is split into words. */
export interface WordRules {
  /** A BCP 47 tag; undefined for general rules. */
  readonly language?: string | undefined;
  readonly lowerCase: boolean;
}

/**
 * Converts text to NFC with one kind of apostrophe ('), double quote ("), hyphen (-) and space.
 * Long dashes become ' - ', … becomes '...', and invisible characters are removed. Guillemets stay.
 */
export function unify(text: string, lowerCase: boolean): string {
  return (lowerCase ? text.toLowerCase() : text)
    .normalize('NFC')
    .replace(/\u00AD|\u200B|\u2060|\uFEFF/gu, '')
    .replace(/[\u2018\u2019\u201A\u201B\u2032\u02BC\u0060\u00B4\uFF07]/gu, "'")
    .replace(/[\u201C\u201D\u201E\u201F\u2033\uFF02]/gu, '"')
    .replace(/[\u2010\u2011\u2212]/gu, '-')
    .replace(/[\u2012-\u2015]/gu, ' - ')
    .replace(/\u2026/gu, '...')
    .replace(/\s+/gu, ' ')
    .trim();
}

/**
 * Normalises text and splits it into words and signs.
 * @param whole patterns of words that are not split
 */
export function splitWords(
  text: string,
  { language, lowerCase }: WordRules,
  whole: readonly string[] = [],
): string[] {
  const words = ELIDING.test(language ?? '') ? ELIDED : PLAIN;
  const source = [...whole, ...SIGNS, ...words, '\\S'].join('|');
  const pattern = patterns.get(source) ?? new RegExp(source, 'giu');
  patterns.set(source, pattern);
  return unify(text, lowerCase).match(pattern) ?? [];
}

const patterns = new Map<string, RegExp>();

/** Languages whose apostrophe ends an elided word: French, Italian, Catalan and Occitan. */
const ELIDING = /^(fr|it|ca|oc)\b/u;

/** A pattern of one character of a word. */
export const WORD = '[\\p{L}\\p{M}\\p{N}_]';
const HYPHENATED = `${WORD}+(?:-${WORD}+)*`;
const PICTOGRAPH = '\\p{Extended_Pictographic}(?:\\p{Emoji_Modifier}|\\uFE0F)*';
const SIGNS = [
  `${PICTOGRAPH}(?:\\u200D${PICTOGRAPH})*`,
  '\\p{Regional_Indicator}{2}',
  '\\p{N}+(?:[.,:]\\p{N}+)+',
];
const PLAIN = [`${WORD}+(?:['-]${WORD}+)*`];
// The second pattern matches elisions before a space or a quote.
const ELIDED = [
  `${HYPHENATED}'(?=${WORD})`,
  `(?:${WORD}+-)*(?:[cdjlmnst]|${WORD}*qu|entr|aujourd)'`,
  HYPHENATED,
];

/** Invisible; joins the tokens beside it. Splitting text removes it. */
const JOINER = '\u2060';

/**
 * Joins words and signs to text, with the language's spacing. French text gets a narrow no-break
 * space (U+202F) before ? ! : ; % € $ and inside guillemets.
 */
export function joinWords(tokens: readonly string[], language = ''): string {
  const elides = ELIDING.test(language);
  const open = new Set<string>();
  const joined = tokens.map((token) => {
    if (token !== '"' && token !== "'")
      return elides && token.endsWith("'") ? token + JOINER : token;
    if (open.delete(token)) return JOINER + token;
    open.add(token);
    return token + JOINER;
  });
  const rules = /^fr\b/u.test(language) ? FRENCH_SPACING : SPACING;
  return rules
    .reduce((text, [pattern, spaced]) => text.replace(pattern, spaced), joined.join(' '))
    .replace(/[ \u202F]?\u2060[ \u202F]?/gu, '');
}

/** Patterns of signs with the spaces beside them, and what they become. */
type Spacing = readonly (readonly [RegExp, string])[];

const SPACING: Spacing = [
  [/(?<!\S)([([{«¿¡$€£]) /gu, '$1'],
  [/ ([.,!?:;)\]}%»])(?!\S)/gu, '$1'],
];

const FRENCH_SPACING: Spacing = [
  [/(?<!\S)([([{]) /gu, '$1'],
  [/(?<!\S)« /gu, '«\u202F'],
  [/ ([!?:;%»€$])(?!\S)/gu, '\u202F$1'],
  [/ ([.,)\]}])(?!\S)/gu, '$1'],
];
