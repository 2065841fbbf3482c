/** Reads a codec from JSON; the code of byte pairs is loaded when it is needed. */
import { FormatError } from '../core/errors';
import type { Codec } from './codec';
import { Vocabulary } from './vocabulary';

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
