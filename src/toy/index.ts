/**
 * The shipped toy corpus: an English-French grammar of our own, deterministic by seed.
 * Statements have no final period; questions end with '?'.
 */
import { OptionError } from '../core/errors';
import { nouns } from './nouns';
import { type ToyPair, type ToySplit, toyExamples } from './split';
import type { NounKind } from './types';

export { tellingsOf, toyEvents } from './events';
export { senseOf, toySenses } from './senses';
export type { ToyPair, ToySplit } from './split';
export { toyVocabulary } from './vocabulary';

/**
 * The first `count` distinct sentence pairs of a split; a longer list starts with a shorter one.
 * @throws OptionError if seed is not an integer or count not a whole number
 */
export function toyPairs(options: { seed: number; split: ToySplit; count: number }): ToyPair[] {
  const { seed, split, count } = options;
  if (!Number.isInteger(seed)) throw new OptionError(`toyPairs: seed must be an integer: ${seed}`);
  if (!Number.isInteger(count) || count < 0) {
    throw new OptionError(`toyPairs: count must be a whole number: ${count}`);
  }
  const pairs: ToyPair[] = [];
  if (count === 0) return pairs;
  for (const { pair } of toyExamples(seed, split)) {
    pairs.push(pair);
    if (pairs.length === count) break;
  }
  return pairs;
}

/** The semantic class of every noun's singular, by word. */
export function toyNounKinds(): {
  readonly source: ReadonlyMap<string, NounKind>;
  readonly target: ReadonlyMap<string, NounKind>;
} {
  return {
    source: new Map(nouns.map(({ english, kind }) => [english.singular, kind])),
    target: new Map(nouns.map(({ french, kind }) => [french.singular, kind])),
  };
}
