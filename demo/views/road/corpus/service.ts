/** Sentence pairs of the grammar, as the corpus of the translators has them. */
import type { Device } from 'qkv';
import { type ToyPair, toyExamples } from 'qkv/toy';
import { type WordClass, wordClasses } from './wordClasses';

/** A pair with the class of each English word. */
export interface CorpusPair extends ToyPair {
  readonly classes: readonly WordClass[];
}

/** Seed of the corpus that is shown. */
const SEED = 1;

/** The first pairs of the training sentences. */
export default function corpusPairs(_: Device, count: number): readonly CorpusPair[] {
  const pairs: CorpusPair[] = [];
  for (const example of toyExamples(SEED, 'train')) {
    pairs.push({ ...example.pair, classes: wordClasses(example) });
    if (pairs.length >= count) break;
  }
  return pairs;
}
