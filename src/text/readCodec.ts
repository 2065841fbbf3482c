/** Reads a codec from JSON: words are always there, other codecs are handed in. */
import { FormatError, OptionError } from '../core/errors';
import type { Codec, CodecFormat } from './codec';
import { Vocabulary } from './vocabulary';

/** What implements the formats that are not always there, by its name in 'qkv/text'. */
const EXPORTS: Readonly<Record<string, string>> = { 'qkv-byte-pair': 'bytePairs' };

/**
 * The codec that JSON describes.
 * @param json a parsed JSON value, of any origin
 * @param formats those that it may be of, beside a vocabulary of words
 * @throws FormatError naming the first fault; OptionError for a format that was not handed in
 */
export function readCodec(json: unknown, formats: readonly CodecFormat[] = []): Codec {
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : json;
  if (format === 'qkv-vocabulary') return Vocabulary.fromJSON(json);
  const own = formats.find(({ name }) => name === format);
  if (own !== undefined) return own.read(json);
  if (typeof format === 'string' && Object.hasOwn(EXPORTS, format)) {
    const name = EXPORTS[format];
    throw new OptionError(
      `vocabulary: '${format}' needs '${name}', which was not handed in; add it: ` +
        `import { ${name} } from 'qkv/text', and load with { codecs: [${name}] }`,
    );
  }
  const found = JSON.stringify(format) ?? String(format);
  throw new FormatError(
    `vocabulary: expected format 'qkv-vocabulary' or 'qkv-byte-pair', found ${found.slice(0, 80)}`,
  );
}
