/** Where the parts of a phrase tree stand: words side by side, each phrase above its words. */
import type { PhraseNode } from './phrases';

/** Sizes in pixels. */
const LETTER = 8.3;
const SMALL_LETTER = 5.9;
const GAP = 6;
const PADDING = 14;
export const ROW = 46;

export interface PlacedPhrase {
  readonly phrase: PhraseNode;
  readonly x: number;
  readonly level: number;
  readonly width: number;
  /** The phrase above; undefined for the whole sentence. */
  readonly parent: PlacedPhrase | undefined;
}

export interface PlacedWord {
  readonly index: number;
  readonly x: number;
  readonly width: number;
  readonly parent: PlacedPhrase | undefined;
}

export interface TreeLayout {
  readonly width: number;
  /** Number of rows of phrases. */
  readonly levels: number;
  readonly phrases: readonly PlacedPhrase[];
  readonly words: readonly PlacedWord[];
}

/** The width of a box around a text, and a smaller text below it. */
export function boxWidth(text: string, small = ''): number {
  return Math.max(30, Math.max(text.length * LETTER, small.length * SMALL_LETTER) + PADDING);
}

/**
 * Places a tree.
 * @param widthOf of a word's box
 * @param labelOf of a phrase
 */
export function layoutTree(
  root: PhraseNode,
  widthOf: (word: number) => number,
  labelOf: (phrase: PhraseNode) => string,
): TreeLayout {
  const phrases: PlacedPhrase[] = [];
  const words: PlacedWord[] = [];
  const rowOf = (node: PhraseNode): number =>
    node.children.reduce<number>((sum, child) => sum + spaceOf(child) + GAP, -GAP);
  const spaceOf = (child: PhraseNode | number): number =>
    typeof child === 'number' ? widthOf(child) : Math.max(rowOf(child), labelWidth(child));
  const labelWidth = (node: PhraseNode) => labelOf(node).length * SMALL_LETTER + PADDING;
  const place = (
    node: PhraseNode,
    left: number,
    level: number,
    parent: PlacedPhrase | undefined,
  ): void => {
    const own = spaceOf(node);
    const placed = { phrase: node, x: left + own / 2, level, width: labelWidth(node), parent };
    phrases.push(placed);
    let x = left + (own - rowOf(node)) / 2;
    for (const child of node.children) {
      const space = spaceOf(child);
      if (typeof child === 'number') {
        words.push({ index: child, x: x + space / 2, width: space, parent: placed });
      } else {
        place(child, x, level + 1, placed);
      }
      x += space + GAP;
    }
  };
  place(root, 0, 0, undefined);
  const levels = 1 + Math.max(...phrases.map(({ level }) => level));
  return { width: spaceOf(root), levels, phrases, words };
}

/** Places words side by side, in the middle of a width. */
export function layoutRow(texts: readonly string[], width: number): readonly PlacedWord[] {
  const widths = texts.map((text) => boxWidth(text));
  let left = (width - rowWidth(texts)) / 2;
  return widths.map((own, index) => {
    const placed = { index, x: left + own / 2, width: own, parent: undefined };
    left += own + GAP;
    return placed;
  });
}

export function rowWidth(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + boxWidth(text) + GAP, -GAP);
}
