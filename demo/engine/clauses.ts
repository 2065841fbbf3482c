/** Splits long sentences at their clauses, and puts the translations of the parts together. */
import type { Translation } from 'qkv';

/** Where a clause ends: behind punctuation and a space. */
const AFTER_PUNCTUATION = /(?<=[.!?;:,…])\s+/u;

/** Where a clause begins: before a word that joins clauses. */
const BEFORE_CONJUNCTION =
  /\s+(?=(?:and|but|or|so|because|when|while|if|although|though|until|before|after|since|that|which|who|where)\s)/iu;

/** The number of words of a text, without signs. */
export function countWords(text: string): number {
  return text.split(/\s+/u).filter((part) => /[\p{L}\d]/u.test(part)).length;
}

/**
 * Splits a text into parts of at most so many words where its clauses allow it: at the ends of
 * clauses first, then before conjunctions. A clause that is longer stays whole.
 */
export function clausesOf(text: string, longest: number): readonly string[] {
  const fits = (part: string) => countWords(part) <= longest;
  const clauses = text
    .trim()
    .split(AFTER_PUNCTUATION)
    .flatMap((part) => (fits(part) ? [part] : part.split(BEFORE_CONJUNCTION)))
    .filter((part) => part !== '');
  const parts: string[] = [];
  for (const clause of clauses) {
    const together = `${parts.at(-1)} ${clause}`;
    if (parts.length > 0 && fits(together)) parts[parts.length - 1] = together;
    else parts.push(clause);
  }
  return parts;
}

/** Whether a token, as a piece of a word, begins one. */
const beginsWord = (token: string) => token.startsWith(' ');

/**
 * The translation of a text from those of its parts, in order. Each part looks at its own words
 * alone, so that the attention between parts is zero.
 */
export function joinTranslations(source: string, parts: readonly Translation[]): Translation {
  const [first] = parts;
  if (first === undefined) throw new RangeError('expected at least one part');
  if (parts.length === 1) return { ...first, source };
  const isPieces = parts.some((part) => [...part.sourceTokens, ...part.tokens].some(beginsWord));
  const joined = (lists: readonly (readonly string[])[]) =>
    lists.flatMap((list, i) =>
      isPieces && i > 0 ? list.map((token, j) => (j === 0 ? ` ${token.trim()}` : token)) : list,
    );
  const width = parts.reduce((sum, { sourceTokens }) => sum + sourceTokens.length, 0);
  let from = 0;
  const alignment = parts.flatMap(({ alignment: rows, sourceTokens }) => {
    const before = from;
    from += sourceTokens.length;
    return rows.map((row) => [
      ...new Array<number>(before).fill(0),
      ...row,
      ...new Array<number>(width - before - row.length).fill(0),
    ]);
  });
  return {
    source,
    target: parts.map(({ target }) => target).join(' '),
    sourceTokens: joined(parts.map(({ sourceTokens }) => sourceTokens)),
    sourceMarks: parts.flatMap(({ sourceMarks }) => sourceMarks),
    tokens: joined(parts.map(({ tokens }) => tokens)),
    marks: parts.flatMap(({ marks }) => marks),
    alignment,
    hypotheses: [],
    adapter: first.adapter,
    milliseconds: parts.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
  };
}
