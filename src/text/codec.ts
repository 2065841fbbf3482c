/**
 * Words to ids and back, whichever way: `Vocabulary` (an id a word) and `SubwordCodec` (byte pairs)
 * both are a `Codec`.
 */
import type { DecodeOptions, EncodeOptions, SpecialIds } from './vocabulary';

/** Turns tokens into ids and ids into tokens. */
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

/** A stored form of codecs, which an app hands in so that others do without. */
export interface CodecFormat {
  /** `format` in its JSON. */
  readonly name: string;
  /** @throws FormatError naming the first fault */
  read(json: unknown): Codec;
}
