/**
 * Parts of a tokenizer for which the library's JavaScript form differs from the reference in Rust:
 * they are replaced by exact ones.
 */
import {
  BertNormalizer,
  ByteFallbackDecoder,
  type Decoder,
  type Tokenizer as Library,
  LowercaseNormalizer,
  type Normalizer,
  PrecompiledNormalizer,
  type PreTokenizer,
  SequenceDecoder,
  SequenceNormalizer,
  SequencePreTokenizer,
  WhitespaceSplitPreTokenizer,
} from '@huggingface/tokenizers';
import { FormatError, shown } from '../../core/errors';
import { Charsmap } from '../sentencePiece/charsmap';
import {
  ExactBert,
  ExactByteFallback,
  ExactCharsmap,
  ExactLowercase,
  ExactWhitespaceSplit,
} from './exactParts';

/** Replaces parts of a tokenizer. @throws FormatError for a damaged table of replacements */
export function mendLibrary(library: Library, where: string): void {
  if (library.normalizer !== null) library.normalizer = normalizerOf(library.normalizer, where);
  if (library.pre_tokenizer !== null) {
    library.pre_tokenizer = preTokenizerOf(library.pre_tokenizer);
  }
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
  if (given instanceof BertNormalizer) return new ExactBert(given);
  if (given instanceof LowercaseNormalizer) return new ExactLowercase({ type: 'Lowercase' });
  if (given instanceof SequenceNormalizer) {
    given.normalizers = given.normalizers.map((one) => one && normalizerOf(one, where));
  }
  return given;
}

function preTokenizerOf(given: PreTokenizer): PreTokenizer {
  if (given instanceof WhitespaceSplitPreTokenizer) return new ExactWhitespaceSplit();
  if (given instanceof SequencePreTokenizer) {
    given.tokenizers = given.tokenizers.map((one) => one && preTokenizerOf(one));
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
