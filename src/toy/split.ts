/**
 * Sentences of each split. A hash of the English sentence decides its split, so splits of all
 * seeds are disjoint; training also avoids the held-out combinations of chooser.ts.
 */
import { OptionError } from '../core/errors';
import { type Chooser, createChooser, hashText, isHeldOut } from './chooser';
import { combinationsOf } from './combinations';
import { renderEnglish } from './englishClause';
import { renderFrench } from './frenchClause';
import { generateSentence } from './generateSentence';
import type { Sentence } from './tree';
import { alignWords, headIndices, type Word } from './words';

/** The parts of the corpus. */
export const toySplits = ['train', 'dev', 'test'] as const;

/** The name of a part of the corpus. */
export type ToySplit = (typeof toySplits)[number];

/** An English sentence, its one French rendering, and the structure of both. */
export interface ToyPair {
  /** English tokens. */
  readonly source: readonly string[];
  /** French tokens. */
  readonly target: readonly string[];
  /** [sourceIndex, targetIndex] links, many-to-many, sorted. */
  readonly alignment: readonly (readonly [number, number])[];
  /** Head index of every source token, -1 for the root. */
  readonly sourceHeads: readonly number[];
  readonly targetHeads: readonly number[];
}

const minLength = 3;
const maxLength = 20;

const texts = (words: readonly Word[]): string[] => words.map(({ text }) => text);
const fits = ({ length }: readonly Word[]) => length >= minLength && length <= maxLength;

/** Renders a tree in both languages, whatever its length. */
export function renderPair(sentence: Sentence): ToyPair {
  return toPair(renderEnglish(sentence), renderFrench(sentence));
}

function toPair(source: readonly Word[], target: readonly Word[]): ToyPair {
  return {
    source: texts(source),
    target: texts(target),
    alignment: alignWords(source, target),
    sourceHeads: headIndices(source),
    targetHeads: headIndices(target),
  };
}

/** The split an English sentence belongs to: 80% train, 10% dev, 10% test. */
function splitOf(source: string): ToySplit {
  const bucket = hashText(source) % 10;
  if (bucket < 8) return 'train';
  return bucket === 8 ? 'dev' : 'test';
}

/**
 * Whether the sentence has a verb-object or adjective-noun combination that is held out from
 * training.
 */
function hasHeldOut(sentence: Sentence): boolean {
  return combinationsOf(sentence).some(([first, second]) => isHeldOut(first, second));
}

/** A pair with the tree it was rendered from. */
export interface ToyExample {
  readonly pair: ToyPair;
  readonly sentence: Sentence;
}

/** @throws OptionError if seed is not an integer or count not a whole number */
export function checkDraws(
  where: string,
  { seed, count }: { readonly seed: number; readonly count: number },
): void {
  if (!Number.isInteger(seed)) {
    throw new OptionError(`${where}: seed must be an integer, found ${seed}`);
  }
  if (!Number.isInteger(count) || count < 0) {
    throw new OptionError(`${where}: count must be a whole number, found ${count}`);
  }
}

/** Choices of a split's sentences. @param seed of all splits */
export function splitChooser(seed: number, split: ToySplit): Chooser {
  return createChooser(Math.imul(seed, 3) + toySplits.indexOf(split), split === 'train');
}

/**
 * Whether a split may have the sentences of a tree: both are neither too short nor too long, and no
 * combination is held out. The hash of the English sentence decides in the end.
 */
export function mayHave(split: ToySplit, sentence: Sentence): boolean {
  if (split === 'train' && hasHeldOut(sentence)) return false;
  return fits(renderEnglish(sentence)) && fits(renderFrench(sentence));
}

/** The endless sequence of a split's distinct sentences. */
export function toyExamples(seed: number, split: ToySplit): Generator<ToyExample> {
  return examplesFrom(splitChooser(seed, split), split);
}

/** The endless sequence of the distinct sentences of a split that a chooser draws. */
export function* examplesFrom(chooser: Chooser, split: ToySplit): Generator<ToyExample> {
  const training = split === 'train';
  const seen = new Set<string>();
  for (;;) {
    const sentence = generateSentence(chooser);
    if (training && hasHeldOut(sentence)) continue;
    const source = renderEnglish(sentence);
    if (!fits(source)) continue;
    const text = texts(source).join(' ');
    if (splitOf(text) !== split || seen.has(text)) continue;
    const target = renderFrench(sentence);
    if (!fits(target)) continue;
    seen.add(text);
    yield { pair: toPair(source, target), sentence };
  }
}

/** The text of a tree's English sentence. */
export function englishText(sentence: Sentence): string {
  return texts(renderEnglish(sentence)).join(' ');
}
