/** Where special tokens stand round one text or two, and cutting texts so that they fit. */
import { OptionError } from '../../core/errors';
import type { EncodedText } from './tokenizer';

/** A part of a sequence: a special token, or the ids of the first (0) or second (1) text. */
export type Part =
  | { readonly id: number; readonly type: number }
  | { readonly text: 0 | 1; readonly type: number };

/** The parts of a sequence, in order. */
export type Layout = readonly Part[];

/** One text, or two that follow each other, between special tokens. */
export function between(
  before: readonly number[],
  after: readonly number[],
  isPair: boolean,
): Layout {
  const special = (ids: readonly number[]) => ids.map((id) => ({ id, type: 0 }));
  const texts: Layout = isPair
    ? [
        { text: 0, type: 0 },
        { text: 1, type: 0 },
      ]
    : [{ text: 0, type: 0 }];
  return [...special(before), ...texts, ...special(after)];
}

/**
 * Places texts.
 * @param texts ids of the first text, and of the second one if the layout has it
 * @throws OptionError for a maximum that leaves no room for text
 */
export function lay(
  layout: Layout,
  texts: readonly (readonly number[])[],
  maxTokens: number | undefined,
): EncodedText {
  const cut = maxTokens === undefined ? texts : cutToFit(layout, texts, maxTokens);
  const ids: number[] = [];
  const types: number[] = [];
  for (const part of layout) {
    for (const id of 'id' in part ? [part.id] : (cut[part.text] ?? [])) {
      ids.push(id);
      types.push(part.type);
    }
  }
  return { ids, types };
}

function cutToFit(
  layout: Layout,
  texts: readonly (readonly number[])[],
  maxTokens: number,
): readonly (readonly number[])[] {
  const added = layout.filter((part) => 'id' in part).length;
  if (!Number.isSafeInteger(maxTokens) || maxTokens < added) {
    throw new OptionError(
      `tokenizer: maxTokens must be a whole number >= ${added}, the number of special tokens; ` +
        `found ${maxTokens}`,
    );
  }
  const [first = [], second] = texts;
  const room = maxTokens - added;
  if (second === undefined) return [first.slice(0, room)];
  if (first.length + second.length <= room) return texts;
  const [shorter, longer] = fairShares(first.length, second.length, room);
  return first.length <= second.length
    ? [first.slice(0, shorter), second.slice(0, longer)]
    : [first.slice(0, longer), second.slice(0, shorter)];
}

/** Lengths of the shorter and the longer text: the longer one is cut first, then both alike. */
function fairShares(a: number, b: number, room: number): readonly [number, number] {
  const shorter = Math.min(a, b);
  if (2 * shorter <= room) return [shorter, room - shorter];
  return [Math.floor(room / 2), Math.ceil(room / 2)];
}
