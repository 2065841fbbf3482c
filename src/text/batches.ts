/**
 * Encoded pairs to padded batches: B sentences, S and T padded source and target lengths (eos or
 * bos included). The order of training is batchIterator.ts's work; knows no models and no GPU.
 */
import { checkOptions, InputError } from '../core/errors';
import { SPECIAL_IDS } from './buildVocabulary';
import { checkInteger } from './checks';
import type { Pair } from './corpus';
import type { EncodeOptions, SpecialIds } from './vocabulary';

/** What makes ids of words: a vocabulary or another codec. */
export interface WordEncoder {
  encode(words: readonly string[], options?: EncodeOptions): number[];
}

/** A sentence and its translation as ids, without bos, eos and padding. */
export interface EncodedPair {
  readonly source: readonly number[];
  readonly target: readonly number[];
}

/** B pairs, row-major, padded at the right. */
export interface Batch {
  /** B. */
  readonly size: number;
  /** S. */
  readonly sourceLength: number;
  /** T. */
  readonly targetLength: number;
  /** Tokens + eos [B, S]. */
  readonly source: Int32Array;
  /** Tokens of the source with eos [B]. */
  readonly sourceLengths: Int32Array;
  /** Bos + tokens [B, T]. */
  readonly targetInput: Int32Array;
  /** Tokens + eos [B, T]. */
  readonly targetOutput: Int32Array;
  /** Tokens of the target with eos [B]. */
  readonly targetLengths: Int32Array;
  /** Sum of targetLengths: the tokens that count in the loss. */
  readonly targetTokens: number;
}

/** How sequences are padded to one length. */
export interface PaddingOptions {
  /** Special ids of the source side (pad, eos). Default pad 0, eos 2. */
  readonly sourceIds?: Pick<SpecialIds, 'pad' | 'eos'>;
  /** Special ids of the target side (pad, bos, eos). Default 0, 1, 2. */
  readonly targetIds?: Pick<SpecialIds, 'pad' | 'bos' | 'eos'>;
  /** Most source tokens, eos included. Default: no limit. */
  readonly maxSourceLength?: number;
  /** Most target tokens, eos included. Default: no limit. */
  readonly maxTargetLength?: number;
  /** S and T are rounded up to a multiple of this (not beyond the limits). Default 1. */
  readonly lengthMultiple?: number;
}

/** Names of the options of padding. */
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
 * One batch of the pairs in the given order.
 * @throws InputError if there is no pair, or naming the pair that is too long or holds a bad id
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

/** Rejects pairs that cannot be padded, and bad padding options. */
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
    throw new InputError(`${where} ${sentence}: id ${bad} is pad or no whole number >= 0`);
  }
}
