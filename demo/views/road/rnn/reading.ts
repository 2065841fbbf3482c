/** A sentence as the network reads it, as it is and with a word replaced. No DOM. */
import {
  BEGIN,
  distance,
  END,
  idsOf,
  likeliest,
  type Network,
  read,
  type Step,
  UNKNOWN,
  wordsOf,
} from './network';

/** Stand for the beginning and the end of the sentence. */
const START = '▸';
export const STOP = '■';

/** What the network makes of a sentence. */
export interface Reading {
  /** Words as they are read, the beginning first. */
  readonly words: readonly string[];
  readonly ids: readonly number[];
  readonly steps: readonly Step[];
  /** The likeliest next word after each. */
  readonly guesses: readonly { readonly word: string; readonly odds: number }[];
}

export interface Readings {
  readonly plain: Reading;
  /** With the word replaced, if it is. */
  readonly replaced: Reading | undefined;
  /** The chosen word; 0 is the beginning. */
  readonly column: number;
  /** How far the replacement moves each state; exactly 0 where the states are equal. */
  readonly moved: readonly number[];
  /** Words that the network does not know. */
  readonly unknown: readonly string[];
}

/**
 * Reads a text.
 * @param column the chosen word, counted from 1; beyond the last, the last one
 * @param by the word in its place; the same word, or none that the network knows, replaces nothing
 * @returns undefined for a text without words
 */
export function readText(
  network: Network,
  text: string,
  column: number,
  by: string,
): Readings | undefined {
  const typed = wordsOf(text);
  if (typed.length === 0) return undefined;
  const words = [START, ...typed];
  const plain = readingOf(network, words, [BEGIN, ...idsOf(network, typed)]);
  const at = Math.min(column, typed.length);
  const id = network.vocabulary.indexOf(by);
  const canReplace = at > 0 && id > UNKNOWN && id !== plain.ids[at];
  const replaced = canReplace
    ? readingOf(network, words.with(at, by), plain.ids.with(at, id))
    : undefined;
  return {
    plain,
    replaced,
    column: at,
    moved: plain.steps.map(({ h }, t) => distance(h, replaced?.steps[t]?.h ?? h)),
    unknown: typed.filter((_, t) => plain.ids[t + 1] === UNKNOWN),
  };
}

function readingOf(network: Network, words: readonly string[], ids: readonly number[]): Reading {
  const steps = read(network, ids);
  const guesses = steps.map(({ z }) => {
    const [best] = likeliest(network, z, 1);
    return { word: best?.id === END ? STOP : (best?.word ?? ''), odds: best?.odds ?? 0 };
  });
  return { words, ids, steps, guesses };
}
