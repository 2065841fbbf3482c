/** Phrases of a sentence, by the heads of its words, and what another language has for them. */
import type { CorpusPair } from './service';
import type { WordClass } from './wordClasses';

export type PhraseKind =
  | 'sentence'
  | 'clause'
  | 'noun'
  | 'preposition'
  | 'comparison'
  | 'owner'
  | 'time';

/** A word with all that depends on it, directly or indirectly. */
export interface PhraseNode {
  readonly kind: PhraseKind;
  /** Index of the word that all others depend on. */
  readonly head: number;
  /** Indices of all words, in order. */
  readonly words: readonly number[];
  /** Phrases, and indices of single words, in order. */
  readonly children: readonly (PhraseNode | number)[];
}

/** A part of a sentence is a clause. */
const part = (node: PhraseNode): PhraseNode =>
  node.kind === 'sentence' ? { ...node, kind: 'clause' } : node;

const isAuxiliary = (name: WordClass | undefined) => name === 'auxiliary';

/** The phrases of a sentence as a tree. */
export function phraseTree({ source, sourceHeads, classes }: CorpusPair): PhraseNode {
  const dependants = source.map((_, head) =>
    source.map((_, i) => i).filter((i) => sourceHeads[i] === head),
  );
  const of = (head: number) => dependants[head] ?? [];
  const wordsOf = (head: number): readonly number[] =>
    [head, ...of(head).flatMap(wordsOf)].toSorted((a, b) => a - b);
  const kindOf = (head: number, words: readonly number[]): PhraseKind => {
    const own = classes[head];
    const first = source[words[0] ?? head] ?? '';
    if (own === 'verb' || isAuxiliary(own) || of(head).some((i) => isAuxiliary(classes[i]))) {
      return sourceHeads[head] === -1 ? 'sentence' : 'clause';
    }
    if (own === 'time') return 'time';
    if (source[words.at(-1) ?? head] === "'s") return 'owner';
    if (first === 'as') return 'comparison';
    return classes[words[0] ?? head] === 'preposition' ? 'preposition' : 'noun';
  };
  const node = (head: number, left: readonly number[], words: readonly number[]): PhraseNode => {
    const last = left.at(-1);
    const lastWords = last === undefined ? [] : wordsOf(last);
    const kind = kindOf(head, words);
    // 'a and b': two phrases side by side, not one inside the other.
    if (last !== undefined && last > head && classes[lastWords[0] ?? 0] === 'connector') {
      const rest = left.slice(0, -1);
      const before = words.filter((i) => !lastWords.includes(i));
      const first = rest.length === 0 ? head : part(node(head, rest, before));
      return { kind, head, words, children: [first, node(last, of(last), lastWords)] };
    }
    const children = [head, ...left]
      .toSorted((a, b) => a - b)
      .map((i) => (i === head || of(i).length === 0 ? i : node(i, of(i), wordsOf(i))));
    return { kind, head, words, children };
  };
  const root = sourceHeads.indexOf(-1);
  return node(root, of(root), wordsOf(root));
}

/** All phrases, outer ones before inner ones. */
export function allPhrases(node: PhraseNode): readonly PhraseNode[] {
  return [
    node,
    ...node.children.flatMap((child) => (typeof child === 'number' ? [] : allPhrases(child))),
  ];
}

/**
 * The phrase that tells most of the two languages: the longest of at most five words that stand in
 * another order in French, if there is one.
 */
export function tellingPhrase(pair: CorpusPair): PhraseNode {
  const phrases = allPhrases(phraseTree(pair));
  const reordered = phrases.filter(({ words }) => {
    const links = pair.alignment.filter(([from]) => words.includes(from));
    return words.length <= 5 && links.some(([a, b]) => links.some(([c, d]) => a < c && b > d));
  });
  const [first = phraseTree(pair)] = phrases.slice(1);
  return reordered.reduce(
    (best, one) => (one.words.length > best.words.length ? one : best),
    reordered[0] ?? first,
  );
}

/** What the other language has for some words. */
export interface Counterpart {
  /** Indices of the words that are aligned with them. */
  readonly words: readonly number[];
  /** Those among them that depend on none of the others. */
  readonly heads: readonly number[];
}

/** The French words that are aligned with English ones. */
export function counterpartOf(
  { alignment, targetHeads }: CorpusPair,
  words: readonly number[],
): Counterpart {
  const found = new Set(alignment.filter(([from]) => words.includes(from)).map(([, to]) => to));
  const sorted = [...found].toSorted((a, b) => a - b);
  return { words: sorted, heads: sorted.filter((i) => !found.has(targetHeads[i] ?? -1)) };
}

/** How often a word occurs in English, and how often each French word is aligned with it. */
export interface WordCounts {
  readonly count: number;
  /** Descending. */
  readonly counterparts: readonly (readonly [word: string, count: number])[];
}

export function countWord(pairs: readonly CorpusPair[], word: string): WordCounts {
  const counterparts = new Map<string, number>();
  let count = 0;
  for (const { source, target, alignment } of pairs) {
    count += source.filter((one) => one === word).length;
    for (const [from, to] of alignment) {
      const other = target[to];
      if (source[from] !== word || other === undefined) continue;
      counterparts.set(other, (counterparts.get(other) ?? 0) + 1);
    }
  }
  return { count, counterparts: [...counterparts].toSorted((a, b) => b[1] - a[1]) };
}

/** The size of a corpus. */
export function corpusSize(pairs: readonly CorpusPair[]) {
  const english = pairs.flatMap(({ source }) => source);
  const french = pairs.flatMap(({ target }) => target);
  return {
    pairs: pairs.length,
    english: english.length,
    french: french.length,
    distinctEnglish: new Set(english).size,
    distinctFrench: new Set(french).size,
  };
}
