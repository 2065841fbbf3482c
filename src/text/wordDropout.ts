/**
 * Word dropout: words become unk on both sides of a pair, so that a model learns to write unk where
 * it attends to unk, which can then be copied (Luong et al. 2015).
 */
import { checkOptions, InputError, OptionError } from '../core/errors';
import type { Random } from '../core/random';
import {
  type Batch,
  checkPairs,
  type EncodedPair,
  PADDING_OPTIONS,
  type PaddingOptions,
  padPairs,
} from './batches';
import { ITERATION_OPTIONS, type IterationOptions, ShuffledBatches } from './batchIterator';

/** A pair with its word alignment. */
export interface LinkedPair extends EncodedPair {
  /** Indices of translated words. */
  readonly links: readonly (readonly [source: number, target: number])[];
}

/** What drops words. */
export interface WordDropoutOptions {
  /** Probability that a word is dropped, with its translation. */
  readonly rate: number;
  /** Id of unknown words of the source. */
  readonly sourceUnk: number;
  /** Id of unknown words of the target. */
  readonly targetUnk: number;
}

/** Drops words that are linked one to one, as names are; others have no single translation. */
export function dropWords(
  { source, target, links }: LinkedPair,
  { rate, sourceUnk, targetUnk }: WordDropoutOptions,
  numbers: Random,
): EncodedPair {
  const [from, to] = [[...source], [...target]];
  for (const [s, t] of links) {
    const shared = links.filter((link) => link[0] === s || link[1] === t);
    if (shared.length > 1 || numbers.next() >= rate) continue;
    from[s] = sourceUnk;
    to[t] = targetUnk;
  }
  return { source: from, target: to };
}

/** Options of batches with dropped words. */
export interface DroppedBatchOptions extends WordDropoutOptions, PaddingOptions, IterationOptions {}

/** Iterates over batches of pairs of which words are dropped, other ones in each epoch. */
export class DroppedBatches extends ShuffledBatches<LinkedPair, Batch> {
  /**
   * @throws InputError if there is no pair, or naming a pair that is too long, has an invalid id or
   *   a link beyond its words
   * @throws OptionError for an unknown option, a rate that is no probability, or a cursor outside
   *   the epoch
   */
  constructor(pairs: readonly LinkedPair[], options: DroppedBatchOptions) {
    const where = 'DroppedBatches';
    const own = ['rate', 'sourceUnk', 'targetUnk'];
    checkOptions(where, options, [...own, ...PADDING_OPTIONS, ...ITERATION_OPTIONS]);
    const { rate } = options;
    if (!(rate >= 0 && rate <= 1)) {
      throw new OptionError(`${where}: rate must be a probability from 0 to 1, found ${rate}`);
    }
    const make = (chosen: readonly LinkedPair[], random: () => Random) => {
      const numbers = random();
      return padPairs(
        chosen.map((pair) => dropWords(pair, options, numbers)),
        options,
      );
    };
    super(where, pairs, ({ source, target }) => [source.length, target.length], make, options);
    checkPairs(where, pairs, options);
    for (const [index, { source, target, links }] of pairs.entries()) {
      const bad = links.find(([s, t]) => source[s] === undefined || target[t] === undefined);
      if (bad === undefined) continue;
      throw new InputError(`${where}: pair ${index} has a link [${bad}] beyond its words`);
    }
  }
}
