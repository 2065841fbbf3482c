/**
 * Pads encoded sentence pairs to batches of B pairs with S source and T target tokens, including
 * eos or bos. The order of batches is decided in batchIterator.ts.
 */
import { checkOptions, InputError } from '../core/errors';
import { SPECIAL_IDS } from './buildVocabulary';
import { checkInteger } from './checks';
import type { Pair } from './corpus';
import type { EncodeOptions, SpecialIds } from './vocabulary';

/** Converts words to ids: a vocabulary or another codec. */
export interface WordEncoder {
  encode(words: readonly string[], options?: EncodeOptions): number[];
}

/** A sentence pair as ids, without bos, eos and padding. */
export interface EncodedPair {
  readonly source: readonly number[];
  readonly target: readonly number[];
}

/** A batch of sentence pairs, padded at the right. Arrays are row-major. */
export interface Batch {
  /** B. */
  readonly size: number;
  /** S. */
  readonly sourceLength: number;
  /** T. */
  readonly targetLength: number;
  /** Source tokens followed by eos [B, S]. */
  readonly source: Int32Array;
  /** Number of source tokens with eos [B]. */
  readonly sourceLengths: Int32Array;
  /** Target tokens preceded by bos [B, T]. */
  readonly targetInput: Int32Array;
  /** Target tokens followed by eos [B, T]. */
  readonly targetOutput: Int32Array;
  /** Number of target tokens with eos [B]. */
  readonly targetLengths: Int32Array;
  /** Sum of targetLengths, the number of tokens in the loss. */
  readonly targetTokens: number;
}

/** Options of padding. */
export interface PaddingOptions {
  /** Special ids of the source vocabulary (default: pad 0, eos 2). */
  readonly sourceIds?: Pick<SpecialIds, 'pad' | 'eos'>;
  /** Special ids of the target vocabulary (default: pad 0, bos 1, eos 2). */
  readonly targetIds?: Pick<SpecialIds, 'pad' | 'bos' | 'eos'>;
  /** Maximum number of source tokens, including eos (default: unlimited). */
  readonly maxSourceLength?: number;
  /** Maximum number of target tokens, including eos (default: unlimited). */
  readonly maxTargetLength?: number;
  /** S and T are rounded up to a multiple of this, within the limits (default 1). */
  readonly lengthMultiple?: number;
}

/** Names of these options. */
export const PADDING_OPTIONS = [
  'sourceIds',
  'targetIds',
  'maxSourceLength',
  'maxTargetLength',
  'lengthMultiple',
] as const;

/**
 * Encodes both sides of a corpus.
 * @throws InputError naming the pair and the word if it is unknown and `unknown` is 'error'
 */
export function encodePairs(
  pairs: readonly Pair[],
  source: WordEncoder,
  target: WordEncoder,
  options: EncodeOptions = {},
): EncodedPair[] {
  return pairs.map((pair, index) => {
    try {
      return {
        source: source.encode(pair.source, options),
        target: target.encode(pair.target, options),
      };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(`encodePairs: pair ${index}: ${error.message}`, { words: error.words });
    }
  });
}

/**
 * Pads pairs to one batch, in the given order.
 * @throws InputError if there is no pair, or naming a pair that is too long or has an invalid id
 */
export function makeBatch(pairs: readonly EncodedPair[], options: PaddingOptions = {}): Batch {
  checkOptions('makeBatch', options, PADDING_OPTIONS);
  if (pairs.length === 0) throw new InputError('makeBatch: expected at least one pair, found none');
  checkPairs('makeBatch', pairs, options);
  return padPairs(pairs, options);
}

/** `makeBatch` without its checks. */
export function padPairs(pairs: readonly EncodedPair[], options: PaddingOptions): Batch {
  const { sourceIds = SPECIAL_IDS, targetIds = SPECIAL_IDS, lengthMultiple = 1 } = options;
  const sourceLengths = Int32Array.from(pairs, (pair) => pair.source.length + 1);
  const targetLengths = Int32Array.from(pairs, (pair) => pair.target.length + 1);
  const S = paddedLength(sourceLengths, lengthMultiple, options.maxSourceLength);
  const T = paddedLength(targetLengths, lengthMultiple, options.maxTargetLength);
  const source = new Int32Array(pairs.length * S).fill(sourceIds.pad);
  const targetInput = new Int32Array(pairs.length * T).fill(targetIds.pad);
  const targetOutput = new Int32Array(pairs.length * T).fill(targetIds.pad);
  for (const [b, pair] of pairs.entries()) {
    source.set([...pair.source, sourceIds.eos], b * S);
    targetInput.set([targetIds.bos, ...pair.target], b * T);
    targetOutput.set([...pair.target, targetIds.eos], b * T);
  }
  return {
    size: pairs.length,
    sourceLength: S,
    targetLength: T,
    source,
    sourceLengths,
    targetInput,
    targetOutput,
    targetLengths,
    targetTokens: targetLengths.reduce((sum, length) => sum + length, 0),
  };
}

function paddedLength(lengths: Int32Array, multiple: number, limit = Infinity): number {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 1);
  return Math.min(Math.ceil(longest / multiple) * multiple, limit);
}

/** Checks pairs and padding options. @throws InputError, OptionError */
export function checkPairs(
  where: string,
  pairs: readonly EncodedPair[],
  options: PaddingOptions,
): void {
  const { sourceIds = SPECIAL_IDS, targetIds = SPECIAL_IDS, lengthMultiple = 1 } = options;
  const { maxSourceLength = Infinity, maxTargetLength = Infinity } = options;
  checkInteger(where, 'lengthMultiple', lengthMultiple, 1);
  for (const [name, limit] of Object.entries({ maxSourceLength, maxTargetLength })) {
    if (limit !== Infinity) checkInteger(where, name, limit, 1);
  }
  for (const [index, { source, target }] of pairs.entries()) {
    checkSide(`${where}: pair ${index}, source`, source, sourceIds.pad, maxSourceLength);
    checkSide(`${where}: pair ${index}, target`, target, targetIds.pad, maxTargetLength);
  }
}

function checkSide(where: string, ids: readonly number[], pad: number, limit: number): void {
  const sentence = `[${ids.slice(0, 12).join(' ')}${ids.length > 12 ? ' ...' : ''}]`;
  if (ids.length + 1 > limit) {
    throw new InputError(
      `${where} ${sentence}: ${ids.length + 1} tokens with eos, the limit is ${limit}; ` +
        'filter the corpus by length or raise the limit',
    );
  }
  const bad = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= 2 ** 31 || id === pad);
  if (bad !== undefined) {
    throw new InputError(
      `${where} ${sentence}: id ${bad} is pad or not a whole number >= 0; check the encoding`,
    );
  }
}
