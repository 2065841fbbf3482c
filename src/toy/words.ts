/**
 * Words of a sentence that is being rendered: their text, meanings and dependency heads. Words of
 * the two languages are aligned if they have a meaning, which is an object of the tree, in common.
 */

/** An object of the tree, compared by identity. */
export type Meaning = object;

export interface Word {
  readonly text: string;
  readonly meanings: readonly Meaning[];
  /** Set once, when the word becomes part of a larger phrase; the root keeps undefined. */
  head: Word | undefined;
}

/** Words in order, all depending directly or indirectly on `head`, which is among them. */
export interface Phrase {
  readonly head: Word;
  readonly words: readonly Word[];
}

export type Part = Word | Phrase | undefined;

export function word(text: string, ...meanings: Meaning[]): Word {
  return { text, meanings, head: undefined };
}

/** Concatenates parts and makes every part depend on `head`, except the one that contains it. */
export function phrase(head: Word, parts: readonly Part[]): Phrase {
  const words: Word[] = [];
  for (const part of parts) {
    if (part === undefined) continue;
    const top = 'words' in part ? part.head : part;
    if (top !== head) top.head = head;
    if ('words' in part) words.push(...part.words);
    else words.push(part);
  }
  return { head, words };
}

/** Words of the same meanings, one for each text. */
export function wordsOf(texts: readonly string[], ...meanings: Meaning[]): Word[] {
  return texts.map((text) => word(text, ...meanings));
}

/** The index of every word's head, -1 for the root. */
export function headIndices(words: readonly Word[]): number[] {
  const position = new Map(words.map((item, index) => [item, index]));
  return words.map(({ head }) => (head === undefined ? -1 : (position.get(head) ?? -1)));
}

/** Links [source, target] between words that share a meaning, sorted. */
export function alignWords(source: readonly Word[], target: readonly Word[]): [number, number][] {
  const links: [number, number][] = [];
  for (const [i, { meanings }] of source.entries()) {
    for (const [j, other] of target.entries()) {
      if (meanings.some((meaning) => other.meanings.includes(meaning))) links.push([i, j]);
    }
  }
  return links;
}
