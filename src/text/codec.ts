/**
 * Words to ids and back, whichever way: `Vocabulary` (an id a word) and `SubwordCodec` (byte pairs)
 * both are a `Codec`. Reads either from JSON.
 */
import { FormatError } from '../core/errors';
import { BytePair } from './bytePair';
import { type DecodeOptions, type EncodeOptions, type SpecialIds, Vocabulary } from './vocabulary';

export interface Codec extends SpecialIds {
  /** Number of ids. */
  readonly size: number;
  /** Ids of a tokenised sentence. @throws InputError for an unknown word, unless told otherwise */
  encode(words: readonly string[], options?: EncodeOptions): number[];
  /** Words of ids, up to eos. @throws InputError for an id outside */
  decode(ids: Iterable<number>, options?: DecodeOptions): string[];
  /** What one id stands for, to be shown. */
  token(id: number): string;
  /** An id of the word; undefined when it cannot be written. */
  id(word: string): number | undefined;
  /** Plain data that `readCodec` reads. */
  toJSON(): object;
}

/** Byte pairs as a codec: words are joined by spaces, and no word is unknown. */
export class SubwordCodec implements Codec {
  readonly pad: number;
  readonly bos: number;
  readonly eos: number;
  readonly unk: number;
  readonly #pairs: BytePair;

  constructor(pairs: BytePair) {
    this.#pairs = pairs;
    this.pad = pairs.pad;
    this.bos = pairs.bos;
    this.eos = pairs.eos;
    this.unk = pairs.unk;
  }

  /** Byte pairs learned from tokenised sentences; see BytePair.train. */
  static train(sentences: Iterable<readonly string[]>, vocabularySize: number): SubwordCodec {
    const text = [...sentences].map((words) => words.join(' ')).join('\n');
    return new SubwordCodec(BytePair.train(text, { vocabularySize }));
  }

  get size(): number {
    return this.#pairs.size;
  }

  encode(words: readonly string[]): number[] {
    return this.#pairs.encode(words.join(' '));
  }

  decode(ids: Iterable<number>): string[] {
    return this.#pairs
      .decode(ids)
      .split(/\s+/u)
      .filter((word) => word !== '');
  }

  token(id: number): string {
    return this.#pairs.decode([id]);
  }

  id(word: string): number | undefined {
    return this.#pairs.encode(word)[0];
  }

  toJSON(): object {
    return this.#pairs.toJSON();
  }
}

/**
 * The codec that JSON describes.
 * @param json a parsed JSON value, of any origin
 * @throws FormatError naming the first fault
 */
export function readCodec(json: unknown): Codec {
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : json;
  if (format === 'qkv-vocabulary') return Vocabulary.fromJSON(json);
  if (format === 'qkv-byte-pair') return new SubwordCodec(BytePair.fromJSON(json));
  const found = JSON.stringify(format) ?? String(format);
  throw new FormatError(
    `vocabulary: expected format 'qkv-vocabulary' or 'qkv-byte-pair', found ${found.slice(0, 80)}`,
  );
}
