/**
 * The tokenizer of Marian's translation models (Opus-MT): two SentencePiece models, and ids of their
 * pieces in vocab.json. Multilingual models have tokens such as >>deu<< for the target language.
 */
import { parseUnigram } from '../sentencePiece/unigramModel';
import { type Files, fileBytes, fileObject, readVocabulary } from './files';
import { between } from './layout';
import { addedTokensOf, neededId, sizeOf, tokensById } from './pieceFiles';
import { type PieceReader, PieceTokenizer, type Side } from './pieceTokenizer';
import { CONFIG, readConfig, SPECIAL_MAP, specialIds, textSetting } from './specialTokens';
import type { Tokenizer, TokenizerFormat } from './tokenizer';

const WHERE = 'Marian tokenizer';
const FILES = ['source.spm', 'target.spm', 'vocab.json'] as const;
const TARGET_VOCABULARY = 'target_vocab.json';

/** The language at the beginning of a text, up to the last << of its line. */
const LANGUAGE = />>[^\n]+<</gu;

/** Options of `marianTokenizerWith`. */
export interface MarianTokenizerOptions {
  /**
   * Normalises a text before it is encoded, such as `mosesPunctuation`.
   * @param language the code of its language as tokenizer_config.json has it, such as 'en'
   */
  readonly normalise?: (text: string, language: string) => string;
  /**
   * Reads the SentencePiece models: `SentencePiece.parse` for those of any kind (default: unigram models
   * alone, which Opus-MT's are).
   */
  readonly parse?: (bytes: Uint8Array, where: string) => PieceReader;
}

const REMEDY = "pass marianTokenizerWith({ parse: SentencePiece.parse }) of 'qkv/text'";

/**
 * Support for Marian's tokenizers that normalise texts first. The reference, transformers, encodes
 * without doing so; texts with typographic quotes and dashes are translated better with it, since the
 * models were trained on normalised texts.
 */
export function marianTokenizerWith(options: MarianTokenizerOptions): TokenizerFormat {
  return {
    name: 'marian',
    files: FILES,
    optional: [CONFIG, SPECIAL_MAP, TARGET_VOCABULARY],
    read: (files) => readMarian(files, options),
  };
}

/** Support for the tokenizers of Marian's models, which encodes as transformers does. */
export const marianTokenizer: TokenizerFormat = marianTokenizerWith({});

function readMarian(files: Files, { normalise, parse }: MarianTokenizerOptions): Tokenizer {
  const model = (name: string) => {
    const bytes = fileBytes(files, name);
    return parse?.(bytes, name) ?? parseUnigram(bytes, name, REMEDY);
  };
  const [source, target] = [model('source.spm'), model('target.spm')];
  const ids = readVocabulary(fileObject(files, 'vocab.json'), 'vocab.json');
  const isShared = !files.has(TARGET_VOCABULARY);
  const targetIds = isShared
    ? ids
    : readVocabulary(fileObject(files, TARGET_VOCABULARY), TARGET_VOCABULARY);
  const given = readConfig(files);
  const roles = { eos: '</s>', unk: '<unk>', pad: '<pad>', ...given.roles };
  const special = specialIds(roles, (token) => ids.get(token));
  const eos = neededId(special.eos, roles.eos, 'vocab.json');
  const unk = neededId(special.unk, roles.unk, 'vocab.json');
  const added = addedTokensOf({ ...given, roles }, (token) => ids.get(token));
  const side = (spm: PieceReader, own: ReadonlyMap<string, number>, setting: string): Side => {
    const language = textSetting(given.config, setting) ?? 'en';
    return {
      ids: own,
      cut: (text) => cutMarian(normalise?.(text, language) ?? text, spm),
    };
  };
  const tokens = tokensById(targetIds, added);
  return new PieceTokenizer({
    where: WHERE,
    source: side(source, ids, 'source_lang'),
    target: side(target, targetIds, 'target_lang'),
    model: isShared ? source : target,
    tokens,
    size: sizeOf([...ids.values(), ...tokens.keys()]),
    special: { ...special, unk },
    added,
    separate: new Set([...Object.values(roles), ...given.others]),
    separator: ' ',
    languages: new Map(
      [...ids].flatMap(([token, id]) => {
        const code = /^>>(.+)<<$/u.exec(token)?.[1];
        return code === undefined ? [] : [[code, id] as const];
      }),
    ),
    hidesLanguages: false,
    cleans: given.config.clean_up_tokenization_spaces === true,
    frame: ({ language, isPair }) =>
      between(language === undefined ? [] : [language], [eos], isPair),
  });
}

/** The pieces of a text, with the language that it begins with before them. */
function cutMarian(text: string, model: PieceReader): readonly string[] {
  if (!text.includes('>>')) return model.pieces(text);
  const [first] = text.matchAll(LANGUAGE);
  const language = first?.index === 0 ? [first[0]] : [];
  return [...language, ...model.pieces(text.replaceAll(LANGUAGE, ''))];
}
