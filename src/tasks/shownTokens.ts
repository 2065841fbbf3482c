/** What tasks show of a model's ids: whole characters, and words or gaps in place of unknown ones. */
import type { Codec } from '../text';

/** Why a token is not of the vocabulary. */
export type TokenMark =
  /** An unknown word: of the text as it was typed, of an answer a gap. */
  | { readonly kind: 'unknown' }
  /** A word of the source that was copied in place of an unknown one. */
  | { readonly kind: 'copied' /** Its index among the source tokens. */; readonly source: number };

/** Shown for an unknown word of an answer that is not copied. */
export const GAP = '…';

/** Ids for display. */
export interface ShownTokens {
  /** The text that each id completes. */
  readonly tokens: readonly string[];
  /** The decoded words, to be joined. */
  readonly words: readonly string[];
  /** The mark of each token; undefined for those of the vocabulary. */
  readonly marks: readonly (TokenMark | undefined)[];
}

/**
 * Shows ids.
 * @param unknown the text of the unknown token at an index, and its mark if it is copied (default: a
 *   gap)
 */
export function showTokens(
  codec: Codec,
  ids: readonly number[],
  unknown: (index: number) => readonly [text?: string | undefined, mark?: TokenMark],
): ShownTokens {
  const next = codec.stream();
  const [words, marks]: [string[], (TokenMark | undefined)[]] = [[], []];
  let known: number[] = [];
  const tokens = ids.map((id, i) => {
    const isKnown = id !== codec.unk;
    const [text = GAP, mark = UNKNOWN] = isKnown ? [] : unknown(i);
    marks.push(isKnown ? undefined : mark);
    if (isKnown) {
      known.push(id);
      return next(id);
    }
    words.push(...codec.decode(known), text);
    known = [];
    return text;
  });
  words.push(...codec.decode(known));
  const last = tokens.pop();
  if (last !== undefined) tokens.push(last + next());
  return { tokens, words, marks };
}

/**
 * Shows the ids of an answer. Unknown words are copied from under the strongest attention, from
 * unknown words of the source where it has some: the others have a translation.
 * @param attention of each id over the source; none where nothing is copied
 * @param source the source's tokens; undefined for what cannot be copied
 * @param marks of the source's tokens
 */
export function showAnswer(
  codec: Codec,
  ids: readonly number[],
  attention: readonly (readonly number[])[],
  source: readonly (string | undefined)[],
  marks: ShownTokens['marks'] = [],
): ShownTokens {
  return showTokens(codec, ids, (i) => {
    const row = attention[i];
    if (row === undefined) return [];
    const weights = source.map((word, at) =>
      word === undefined ? -1 : (row[at] ?? -1) + Number(marks[at] !== undefined),
    );
    const index = weights.indexOf(Math.max(...weights));
    return source[index] === undefined ? [] : [source[index], { kind: 'copied', source: index }];
  });
}

const UNKNOWN: TokenMark = { kind: 'unknown' };
