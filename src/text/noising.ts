/**
 * Noise that a denoising model learns to undo (Lewis et al. 2020, BART, section 2.2): spans of
 * tokens replaced by one mask each, deleted tokens, and clauses in another order.
 */
import { checkOptions, InputError } from '../core/errors';
import type { Random } from '../core/random';
import { type Batch, checkPairs, PADDING_OPTIONS, type PaddingOptions, padPairs } from './batches';
import { ITERATION_OPTIONS, type IterationOptions, ShuffledBatches } from './batchIterator';

/** How sentences are changed. */
export interface NoiseOptions {
  /** Id of the mask, which stands for a span of any length. */
  readonly maskId: number;
  /** Part of the tokens that masked spans cover (default 0.3). */
  readonly maskRate?: number;
  /** Mean length of a masked span, Poisson distributed; a span of 0 inserts a mask (default 3). */
  readonly spanLength?: number;
  /** Probability that a token outside masked spans is deleted (default 0.1). */
  readonly deleteRate?: number;
  /** Probability that a sentence's clauses are permuted (default 0.5). */
  readonly permuteRate?: number;
  /** Ids after which a clause ends, such as those of commas and 'and' (default: none). */
  readonly clauseEnds?: readonly number[];
}

/** The names of these options. */
const NOISE_OPTIONS = [
  'maskId',
  'maskRate',
  'spanLength',
  'deleteRate',
  'permuteRate',
  'clauseEnds',
] as const;

/** A sentence with noise. @param ids tokens without bos and eos */
export function addNoise(
  ids: readonly number[],
  options: NoiseOptions,
  numbers: Random,
): readonly number[] {
  const { maskRate = 0.3, spanLength = 3, deleteRate = 0.1, permuteRate = 0.5 } = options;
  const { maskId, clauseEnds = [] } = options;
  const permuted =
    numbers.next() < permuteRate ? numbers.shuffle(clausesOf(ids, clauseEnds)).flat() : ids;
  const noised: number[] = [];
  // Spans that begin with this probability cover `maskRate` of the tokens on average.
  const start = maskRate / (spanLength * (1 - maskRate) + maskRate);
  for (let at = 0; at < permuted.length; ) {
    if (numbers.next() < start) {
      noised.push(maskId);
      at += poisson(spanLength, numbers);
      continue;
    }
    const id = permuted[at];
    if (id !== undefined && numbers.next() >= deleteRate) noised.push(id);
    at++;
  }
  return noised;
}

/** The clauses of a sentence, each with the token that ends it. */
function clausesOf(
  ids: readonly number[],
  ends: readonly number[],
): readonly (readonly number[])[] {
  const clauses: number[][] = [[]];
  ids.forEach((id, place) => {
    clauses.at(-1)?.push(id);
    if (ends.includes(id) && place + 1 < ids.length) clauses.push([]);
  });
  return clauses;
}

/** A Poisson distributed number (Knuth's algorithm). */
function poisson(mean: number, numbers: Random): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = numbers.next(); product > limit; product *= numbers.next()) count++;
  return count;
}

/** Options of batches of noised sentences. */
export interface NoisedBatchOptions extends NoiseOptions, PaddingOptions, IterationOptions {}

/**
 * Iterates over batches whose sources are sentences with noise and whose targets are the sentences.
 * The noise is different in each epoch.
 */
export class NoisedBatches extends ShuffledBatches<readonly number[], Batch> {
  /**
   * @param sentences ids of each sentence, without bos and eos
   * @throws InputError if there is no sentence, or naming one that is too long or has an invalid
   *   id; OptionError
   */
  constructor(sentences: readonly (readonly number[])[], options: NoisedBatchOptions) {
    const where = 'NoisedBatches';
    checkOptions(where, options, [...NOISE_OPTIONS, ...PADDING_OPTIONS, ...ITERATION_OPTIONS]);
    const make = (chosen: readonly (readonly number[])[], random: () => Random) => {
      const numbers = random();
      const pairs = chosen.map((target) => ({
        source: addNoise(target, options, numbers),
        target,
      }));
      return padPairs(pairs, options);
    };
    super(where, sentences, ({ length }) => [length, length], make, options);
    if (sentences.some(({ length }) => length === 0)) {
      throw new InputError(`${where}: a sentence is empty; leave it out`);
    }
    const clean = sentences.map((ids) => ({ source: ids, target: ids }));
    checkPairs(where, clean, options);
  }
}
