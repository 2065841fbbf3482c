/**
 * Tokenisation 13a, that of NIST's mteval-v13a.pl as implemented by sacreBLEU (Post 2018), on which
 * published BLEU scores are based. For scoring only; models read the tokens of `normalise.ts`.
 */
import { splitWords } from './ngrams';

/** Replacements of mteval in this order, so that `&amp;lt;` becomes `<`. */
const REPLACEMENTS: readonly (readonly [string, string])[] = [
  ['<skipped>', ''],
  ['-\n', ''],
  ['\n', ' '],
  ['&quot;', '"'],
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
];

/** Rules that insert spaces, applied in this order. */
const RULES: readonly (readonly [RegExp, string])[] = [
  // All ASCII punctuation except apostrophe, comma, hyphen and period.
  [/([{-~[-` -&(-+:-@/])/gu, ' $1 '],
  // A period or comma that does not follow a digit, or that does not precede one.
  [/([^0-9])([.,])/gu, '$1 $2 '],
  [/([.,])([^0-9])/gu, ' $1 $2'],
  // A hyphen after a digit.
  [/([0-9])(-)/gu, '$1 $2 '],
];

/** Tokenises a line by the rules for western languages, without changing case. */
export function tokenise13a(line: string): readonly string[] {
  const plain = REPLACEMENTS.reduce((text, [from, to]) => text.replaceAll(from, to), line);
  return splitWords(
    RULES.reduce((text, [sign, spaced]) => text.replace(sign, spaced), ` ${plain} `),
  );
}
