/** Sentences of the grammar that no training used, with all that the grammar knows of them. */
import type { Device } from 'qkv';
import { type ToyPair, toyPairs } from 'qkv/toy';

/** The seed whose first sentences the page's examples are among. */
const SEED = 3;

export default function grammarPairs(_: Device, count: number): readonly ToyPair[] {
  return toyPairs({ seed: SEED, split: 'test', count });
}
