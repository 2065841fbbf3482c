/**
 * The interface of codecs, which convert words to ids and back: `Vocabulary`, with one id for each
 * word, and `SubwordCodec`, with byte pairs.
 */
import type { DecodeOptions, EncodeOptions, SpecialIds } from './vocabulary';

/** Converts words to ids and back. */
export interface Codec extends SpecialIds {
  /** Number of ids. */
  readonly size: number;
  /**
   * Converts words to ids.
   * @throws InputError for an unknown word, unless `options.unknown` is 'unk'
   */
  encode(words: readonly string[], options?: EncodeOptions): number[];
  /** Converts ids to words, up to eos. @throws InputError for an id outside the vocabulary */
  decode(ids: Iterable<number>, options?: DecodeOptions): string[];
  /** The text of one id, for display. Of parts of a character, that is U+FFFD. */
  token(id: number): string;
  /**
   * A function that is called with successive ids, then without one. It returns the text that is
   * complete after each id: of a character in several ids, all of it at the last one. What is
   * incomplete at the end becomes U+FFFD.
   */
  stream(): (id?: number) => string;
  /** The first id of a word; undefined for an unknown word. */
  id(word: string): number | undefined;
  /** Plain data for `readCodec`. */
  toJSON(): object;
}

/**
 * Support for a stored form of codecs. An app imports it, so that other apps' bundles do not have
 * it.
 */
export interface CodecFormat {
  /** The value of `format` in its JSON. */
  readonly name: string;
  /** @throws FormatError naming the first error */
  read(json: unknown): Codec;
}
