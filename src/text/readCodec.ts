/** Reads codecs from JSON. Word vocabularies are built in; other codecs must be imported. */
import { FormatError, OptionError } from '../core/errors';
import type { Codec, CodecFormat } from './codec';
import { Vocabulary } from './vocabulary';

/** The export of 'qkv/text' that each format needs. */
const EXPORTS: Readonly<Record<string, string>> = { 'qkv-byte-pair': 'bytePairs' };

/**
 * Reads a codec.
 * @param json a parsed JSON value, which is validated
 * @param formats the imported formats
 * @throws FormatError naming the first error; OptionError for a format whose import is missing
 */
export function readCodec(json: unknown, formats: readonly CodecFormat[] = []): Codec {
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : json;
  if (format === 'qkv-vocabulary') return Vocabulary.fromJSON(json);
  const imported = formats.find(({ name }) => name === format);
  if (imported !== undefined) return imported.read(json);
  if (typeof format === 'string' && Object.hasOwn(EXPORTS, format)) {
    const name = EXPORTS[format];
    throw new OptionError(
      `vocabulary: '${format}' needs '${name}': import { ${name} } from 'qkv/text', and load with ` +
        `{ codecs: [${name}] }`,
    );
  }
  const found = JSON.stringify(format) ?? String(format);
  throw new FormatError(
    `vocabulary: expected format 'qkv-vocabulary' or 'qkv-byte-pair', found ${found.slice(0, 80)}`,
  );
}
