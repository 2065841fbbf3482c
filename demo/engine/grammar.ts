/** Sentences of the grammar with their true translations and word links, as the worker draws them. */
import type { Device } from 'qkv';
import { type ToyExample, toyExamples } from 'qkv/toy';

/** A sentence of the grammar, none of which was used in training. */
export interface GrammarPair {
  readonly english: readonly string[];
  readonly french: readonly string[];
  /** Which words translate which: [english, french], by index. */
  readonly links: readonly (readonly [number, number])[];
  /** Whether it can follow another sentence after 'and'. */
  readonly isClause: boolean;
}

/** The examples of the page are among the first sentences of this seed. */
const SEED = 3;
const COUNT = 300;

/** A clause that is added to a sentence has at most so many words. */
const CLAUSE = 5;

/** Words of clauses that refer to something outside, or that join clauses. */
const REFERRING =
  /^(he|she|it|they|him|her|them|his|its|their|i|we|my|our|that|and|but|because|so|there)$/u;

function isClause({ pair: { source }, sentence }: ToyExample): boolean {
  const isPlain = sentence.kind === 'statement' && sentence.clause.opening === undefined;
  return isPlain && source.length <= CLAUSE && !source.some((word) => REFERRING.test(word));
}

export default function grammar(_device: Device): readonly GrammarPair[] {
  const pairs: GrammarPair[] = [];
  for (const example of toyExamples(SEED, 'test')) {
    const { source: english, target: french, alignment: links } = example.pair;
    pairs.push({ english, french, links, isClause: isClause(example) });
    if (pairs.length === COUNT) break;
  }
  return pairs;
}
