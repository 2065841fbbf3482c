/** A codec of byte pairs. */
import type { Random } from '../core/random';
import { BytePair } from './bytePair';
import type { Codec, CodecFormat } from './codec';

/**
 * A codec of byte pairs. Words are joined by spaces before encoding, and no word is unknown. Decoded
 * words that are joined by spaces are the text of the ids, without loss.
 */
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

  /** Learns byte pairs from tokenised sentences; see BytePair.train. */
  static train(sentences: Iterable<readonly string[]>, vocabularySize: number): SubwordCodec {
    const text = [...sentences].map((words) => words.join(' ')).join('\n');
    return new SubwordCodec(BytePair.train(text, { vocabularySize }));
  }

  /** @throws FormatError naming the first error */
  static fromJSON(json: unknown): SubwordCodec {
    return new SubwordCodec(BytePair.fromJSON(json));
  }

  get size(): number {
    return this.#pairs.size;
  }

  encode(words: readonly string[]): number[] {
    return this.#pairs.encode(words.join(' '));
  }

  /** Converts words to ids with merges skipped at random; see BytePair.encodeWithDropout. */
  encodeWithDropout(words: readonly string[], rate: number, numbers: Random): number[] {
    return this.#pairs.encodeWithDropout(words.join(' '), rate, numbers);
  }

  decode(ids: Iterable<number>): string[] {
    const text = this.#pairs.decode(ids);
    return text === '' ? [] : text.split(' ');
  }

  token(id: number): string {
    return this.#pairs.decode([id]);
  }

  stream(): (id?: number) => string {
    return this.#pairs.stream();
  }

  id(word: string): number | undefined {
    return this.#pairs.encode(word)[0];
  }

  toJSON(): object {
    return this.#pairs.toJSON();
  }
}

/** Support for models with byte pairs: the option `codecs: [bytePairs]` of a load. */
export const bytePairs: CodecFormat = {
  name: 'qkv-byte-pair',
  read: (json) => SubwordCodec.fromJSON(json),
};
