/**
 * Words to ids and back, whichever way: `Vocabulary` (an id a word) and `SubwordCodec` (byte pairs)
 * both are a `Codec`. Reads either from JSON; the code of byte pairs is loaded when it is needed.
 */
import { FormatError } from '../core/errors';
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

/**
 * The codec that JSON describes.
 * @param json a parsed JSON value, of any origin
 * @throws FormatError naming the first fault
 */
export async function readCodec(json: unknown): Promise<Codec> {
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : json;
  if (format === 'qkv-vocabulary') return Vocabulary.fromJSON(json);
  if (format === 'qkv-byte-pair')
    return (await import('./subwordCodec')).SubwordCodec.fromJSON(json);
  const found = JSON.stringify(format) ?? String(format);
  throw new FormatError(
    `vocabulary: expected format 'qkv-vocabulary' or 'qkv-byte-pair', found ${found.slice(0, 80)}`,
  );
}
