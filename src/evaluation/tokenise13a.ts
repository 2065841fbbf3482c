/**
 * Tokenisation 13a: that of NIST's mteval-v13a.pl in sacreBLEU's reading (Post 2018), by which published
 * BLEU scores compare. For scoring only; `normalise.ts` has the tokens that models read.
 */
import { splitWords } from './ngrams';

/** What mteval replaces in a line, in this order; `&amp;lt;` becomes `<` therefore. */
const REPLACEMENTS: readonly (readonly [string, string])[] = [
  ['<skipped>', ''],
  ['-\n', ''],
  ['\n', ' '],
  ['&quot;', '"'],
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
];

/** Where spaces go, one rule after the other: each sees what those before it left. */
const RULES: readonly (readonly [RegExp, string])[] = [
  // Every ASCII sign but the apostrophe, comma, hyphen and period.
  [/([{-~[-` -&(-+:-@/])/gu, ' $1 '],
  // A period or comma unless a digit comes before it, and unless one follows.
  [/([^0-9])([.,])/gu, '$1 $2 '],
  [/([.,])([^0-9])/gu, ' $1 $2'],
  // A hyphen after a digit.
  [/([0-9])(-)/gu, '$1 $2 '],
];

/** The tokens of a line by rules for western languages; letters keep their case. */
export function tokenise13a(line: string): readonly string[] {
  const plain = REPLACEMENTS.reduce((text, [from, to]) => text.replaceAll(from, to), line);
  return splitWords(
    RULES.reduce((text, [sign, spaced]) => text.replace(sign, spaced), ` ${plain} `),
  );
}
