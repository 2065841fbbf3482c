/**
 * Parts of a tokenizer for which the library's JavaScript form differs from the reference in Rust:
 * they are replaced by exact ones.
 */
import {
  ByteFallbackDecoder,
  Decoder,
  type Tokenizer as Library,
  Normalizer,
  PrecompiledNormalizer,
  SequenceDecoder,
  SequenceNormalizer,
} from '@huggingface/tokenizers';
import { FormatError, shown } from '../../core/errors';
import { byteOf } from '../sentencePiece/bytePieces';
import { Charsmap } from '../sentencePiece/charsmap';

/** Replaces parts of a tokenizer. @throws FormatError for a damaged table of replacements */
export function mendLibrary(library: Library, where: string): void {
  if (library.normalizer !== null) library.normalizer = normalizerOf(library.normalizer, where);
  if (library.decoder !== null) {
    const decoder = decoderOf(library.decoder);
    decoder.added_tokens = library.decoder.added_tokens;
    library.decoder = decoder;
  }
}

function normalizerOf(given: Normalizer, where: string): Normalizer {
  if (given instanceof PrecompiledNormalizer) {
    const table: unknown = given.charsmap;
    return table === null ? given : new ExactCharsmap(charsmapOf(table, where));
  }
  if (given instanceof SequenceNormalizer) {
    given.normalizers = given.normalizers.map((one) => one && normalizerOf(one, where));
  }
  return given;
}

function decoderOf(given: Decoder): Decoder {
  if (given instanceof ByteFallbackDecoder) return new ExactByteFallback();
  if (given instanceof SequenceDecoder) given.decoders = given.decoders.map(decoderOf);
  return given;
}

function charsmapOf(table: unknown, where: string): Charsmap {
  const what = `${where}, precompiled_charsmap`;
  if (typeof table !== 'string') {
    throw new FormatError(`${what}: expected a table in base64, found ${shown(table)}`);
  }
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.from(atob(table), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new FormatError(`${what}: expected base64, found ${shown(table)}`, { cause });
  }
  return new Charsmap(bytes, what);
}

/** Bytes of a group of characters that is replaced as a whole, at most. */
const GROUP = 5;

/**
 * Replaces characters by a table of SentencePiece as the reference does, which is not what SentencePiece
 * does: groups of characters that are seen as one are looked up first, if they are short, and the
 * replacement of their beginning stands for all of them.
 */
class ExactCharsmap extends Normalizer {
  readonly #table: Charsmap;
  readonly #graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  readonly #encoder = new TextEncoder();

  constructor(table: Charsmap) {
    super({ type: 'Precompiled', precompiled_charsmap: '' });
    this.#table = table;
  }

  override normalize(text: string): string {
    let written = '';
    for (const { segment } of this.#graphemes.segment(text)) {
      const bytes = this.#encoder.encode(segment);
      const whole = bytes.length <= GROUP ? this.#table.shortest(bytes) : undefined;
      written += whole?.text ?? this.#eachCharacter(segment);
    }
    return written;
  }

  #eachCharacter(text: string): string {
    return Array.from(
      text,
      (one) => this.#table.shortest(this.#encoder.encode(one))?.text ?? one,
    ).join('');
  }
}

/** Joins pieces of bytes: U+FFFD stands for each byte of a run that is no UTF-8 as a whole. */
class ExactByteFallback extends Decoder {
  constructor() {
    super({ type: 'ByteFallback' });
  }

  override decode_chain(tokens: string[]): string[] {
    const found: string[] = [];
    let bytes: number[] = [];
    const flush = () => {
      if (bytes.length > 0) found.push(runText(bytes));
      bytes = [];
    };
    for (const token of tokens) {
      const byte = byteOf(token.toUpperCase().replace('X', 'x'));
      if (byte === undefined) {
        flush();
        found.push(token);
      } else bytes.push(byte);
    }
    flush();
    return found;
  }
}

function runText(bytes: readonly number[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(bytes),
    );
  } catch {
    return '\ufffd'.repeat(bytes.length);
  }
}
