/**
 * The parts of a tokenizer.json: parts of Hugging Face's library in JavaScript, chained here rather than
 * by its own `Tokenizer`, which would bring all its parts; and exact ones where these differ from the
 * reference.
 */
import {
  AddedToken,
  BertPreTokenizer,
  BPE,
  BPEDecoder,
  ByteLevelDecoder,
  ByteLevelPreTokenizer,
  type Decoder,
  DigitsPreTokenizer,
  FixedLengthPreTokenizer,
  MetaspaceDecoder,
  MetaspacePreTokenizer,
  type Model,
  type Normalizer,
  PrependNormalizer,
  type PreTokenizer,
  PunctuationPreTokenizer,
  ReplaceDecoder,
  ReplaceNormalizer,
  ReplacePreTokenizer,
  SplitPreTokenizer,
  StripAccentsNormalizer,
  StripDecoder,
  StripNormalizer,
  Unigram,
  WhitespacePreTokenizer,
  WordPiece,
  WordPieceDecoder,
} from '@huggingface/tokenizers';
import { FormatError, shown } from '../../core/errors';
import { Charsmap } from '../sentencePiece/charsmap';
import { bertNormaliser, joinBytes, lowerCase, replacedBy, splitAtWhiteSpace } from './exactParts';
import { isList, isObject, type JsonObject } from './files';

/** Changes text. */
export type Normalise = (text: string) => string;

/** Cuts texts into shorter ones. @param section index of the text between added tokens */
export type PreTokenize = (texts: readonly string[], section: number) => readonly string[];

/** Changes decoded tokens, whose texts are joined in the end. */
export type Decode = (tokens: readonly string[]) => readonly string[];

/** A class of the library, by its name in files. */
type Classes<T> = Readonly<Record<string, new (...args: never[]) => T>>;

const NORMALIZERS: Classes<Normalizer> = {
  Prepend: PrependNormalizer,
  Replace: ReplaceNormalizer,
  Strip: StripNormalizer,
  StripAccents: StripAccentsNormalizer,
};

const PRE_TOKENIZERS: Classes<PreTokenizer> = {
  BertPreTokenizer,
  ByteLevel: ByteLevelPreTokenizer,
  Digits: DigitsPreTokenizer,
  FixedLength: FixedLengthPreTokenizer,
  Metaspace: MetaspacePreTokenizer,
  Punctuation: PunctuationPreTokenizer,
  Replace: ReplacePreTokenizer,
  Split: SplitPreTokenizer,
  Whitespace: WhitespacePreTokenizer,
};

/** All but that of speech recognition, CTC. */
const DECODERS: Classes<Decoder> = {
  BPEDecoder,
  ByteLevel: ByteLevelDecoder,
  Metaspace: MetaspaceDecoder,
  Replace: ReplaceDecoder,
  Strip: StripDecoder,
  WordPiece: WordPieceDecoder,
};

/** An object of the library. The library checks what it is given only in part. */
function make<T>(classes: Classes<T>, given: JsonObject, what: string, ...more: unknown[]): T {
  const name = String(given.type);
  const found = Object.hasOwn(classes, name) ? classes[name] : undefined;
  if (found !== undefined) return Reflect.construct(found, [given, ...more]);
  throw new FormatError(
    `${what}: the type ${shown(given.type)} is not supported; use another model`,
  );
}

/** A part, or the parts of a sequence, in their order; none for null. @throws FormatError */
export function partsOf(given: unknown, list: string, what: string): readonly JsonObject[] {
  if (given === null || given === undefined) return [];
  if (!isObject(given)) throw new FormatError(`${what}: expected an object, found ${shown(given)}`);
  if (given.type !== 'Sequence') return [given];
  const { [list]: parts } = given;
  if (isList(parts)) return parts.flatMap((part) => partsOf(part, list, what));
  throw new FormatError(`${what}: expected the list '${list}', found ${shown(parts)}`);
}

/** @throws FormatError for a type that is unknown, or a damaged table of replacements */
export function normaliserOf(given: unknown, where: string): Normalise | undefined {
  const what = `${where}, normalizer`;
  const all = partsOf(given, 'normalizers', what).map((part): Normalise => {
    switch (part.type) {
      case 'BertNormalizer':
        return bertNormaliser(part);
      case 'NFC':
      case 'NFD':
      case 'NFKC':
      case 'NFKD': {
        const { type } = part;
        return (text) => text.normalize(type);
      }
      case 'Lowercase':
        return lowerCase;
      case 'Precompiled': {
        const { precompiled_charsmap: table } = part;
        return table === null ? (text) => text : replacedBy(charsmapOf(table, where));
      }
      default: {
        const made = make(NORMALIZERS, part, what);
        return (text) => made.normalize(text);
      }
    }
  });
  if (all.length === 0) return undefined;
  return (text) => all.reduce((now, one) => one(now), text);
}

/** @throws FormatError for a type that is unknown */
export function preTokenizerOf(given: unknown, where: string): PreTokenize {
  const what = `${where}, pre_tokenizer`;
  const all = partsOf(given, 'pretokenizers', what).map((part): PreTokenize => {
    if (part.type === 'WhitespaceSplit') return (texts) => texts.flatMap(splitAtWhiteSpace);
    const made = make(PRE_TOKENIZERS, part, what);
    return (texts, section) => made.pre_tokenize([...texts], { section_index: section });
  });
  return (texts, section) => all.reduce((now, one) => one(now, section), texts);
}

/** @param added texts of the added tokens  @throws FormatError for a type that is unknown */
export function decoderOf(
  given: unknown,
  added: Iterable<string>,
  where: string,
): Decode | undefined {
  const what = `${where}, decoder`;
  const tokens = Array.from(added, (content) => new AddedToken({ content, id: 0 }));
  const all = partsOf(given, 'decoders', what).map((part, _, parts): Decode => {
    if (part.type === 'ByteFallback') return joinBytes;
    if (part.type === 'Fuse') return (texts) => [texts.join('')];
    const made = make(DECODERS, part, what);
    if (parts.length === 1) made.added_tokens = tokens;
    return (texts) => made.decode_chain([...texts]);
  });
  if (all.length === 0) return undefined;
  return (texts) => all.reduce((now, one) => one(now), texts);
}

/** @param eos text of the token that ends a text */
export function modelOf(given: JsonObject, eos: unknown, where: string): Model {
  const guessed = given.merges === undefined ? 'WordPiece' : 'BPE';
  const type = given.type ?? (isList(given.vocab) ? 'Unigram' : guessed);
  return make<Model>({ BPE, Unigram, WordPiece }, { ...given, type }, `${where}, model`, eos);
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
