/**
 * Punctuation as Moses normalises it (normalize-punctuation.perl, in the form of the Python package
 * sacremoses): typographic quotes and dashes become plain ones, spaces go where English has them.
 */
import { SPACE, trim } from './text';

type Rule = readonly [pattern: RegExp, replacement: string];

const literal = (text: string, replacement: string): Rule => [new RegExp(text, 'gu'), replacement];
const each = (characters: string, replacement: string): readonly Rule[] =>
  Array.from(characters, (one) => literal(one, replacement));

const SPACES: Rule = [/ +/gu, ' '];

/** Spaces round parentheses, and before punctuation. */
const WHITE_SPACE: readonly Rule[] = [
  [/\r/gu, ''],
  [/\(/gu, ' ('],
  [/\)/gu, ') '],
  SPACES,
  [/\) ([.!:?;,])/gu, ')$1'],
  [/\( /gu, '('],
  [/ \)/gu, ')'],
  [/(\p{Nd}) %/gu, '$1%'],
  [/ :/gu, ':'],
  [/ ;/gu, ';'],
];

/** Quotes and dashes. */
const CHARACTERS: readonly Rule[] = [
  [/`/gu, "'"],
  [/''/gu, ' " '],
  ...each('„“”', '"'),
  [/–/gu, '-'],
  [/—/gu, ' - '],
  SPACES,
  [/´/gu, "'"],
  [/([a-zA-Z])‘([a-zA-Z])/gu, "$1'$2"],
  [/([a-zA-Z])’([a-zA-Z])/gu, "$1'$2"],
  ...each('‘‚’', "'"),
  [/''/gu, '"'],
  [/…/gu, '...'],
];

/** Quotes in French, with the spaces within them. */
const GUILLEMETS: readonly Rule[] = [
  [/\u00a0«\u00a0/gu, '"'],
  [/«\u00a0/gu, '"'],
  [/«/gu, '"'],
  [/\u00a0»\u00a0/gu, '"'],
  [/\u00a0»/gu, '"'],
  [/»/gu, '"'],
];

/** No-break spaces. */
const NO_BREAK_SPACES: readonly Rule[] = [
  [/\u00a0%/gu, '%'],
  [/nº\u00a0/gu, 'nº '],
  [/\u00a0:/gu, ':'],
  [/\u00a0ºC/gu, ' ºC'],
  [/\u00a0cm/gu, ' cm'],
  [/\u00a0\?/gu, '?'],
  [/\u00a0!/gu, '!'],
  [/\u00a0;/gu, ';'],
  [/,\u00a0/gu, ', '],
  SPACES,
];

/** The order of a closing quote and the punctuation next to it. */
const QUOTES_IN_ENGLISH: readonly Rule[] = [[/"([,.]+)/gu, '$1"']];
const QUOTES_ELSEWHERE: readonly Rule[] = [
  [/,"/gu, '",'],
  [new RegExp(`(\\.+)"([${SPACE}]*[^<])`, 'gu'), '"$1$2'],
];

/** Languages whose decimal sign is a comma, as Moses lists them. */
const WITH_COMMA: ReadonlySet<string> = new Set(['de', 'es', 'cz', 'cs', 'fr']);

/**
 * Normalises the punctuation of a text, without spaces at its ends.
 * @param language code of its language, such as 'en'; some rules are for English, German, Spanish,
 *   French or Czech alone
 */
export function mosesPunctuation(text: string, language = 'en'): string {
  const sign = WITH_COMMA.has(language) ? ',' : '.';
  const rules: readonly Rule[] = [
    ...WHITE_SPACE,
    ...CHARACTERS,
    ...GUILLEMETS,
    ...NO_BREAK_SPACES,
    ...quoteRules(language),
    [/(\p{Nd})\u00a0(\p{Nd})/gu, `$1${sign}$2`],
  ];
  return trim(rules.reduce((now, [pattern, by]) => now.replace(pattern, by), text));
}

function quoteRules(language: string): readonly Rule[] {
  if (language === 'en') return QUOTES_IN_ENGLISH;
  return ['de', 'es', 'fr'].includes(language) ? QUOTES_ELSEWHERE : [];
}
