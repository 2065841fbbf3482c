/** Makes a model from its kind and its configuration as plain data. One line a kind. */
import { FormatError, OptionError } from '../core/errors';
import { bahdanauModel } from './bahdanau';
import type { LanguageModel, TranslationModel } from './model';
import { parseBahdanauOptions, parseSeq2SeqOptions } from './recurrentConfig';
import {
  type LanguageKind,
  parseLanguageOptions,
  recurrentLanguageModel,
} from './recurrentLanguageModel';
import { seq2seqModel } from './seq2seq';
import { parseTransformerOptions } from './transformerJson';
import { transformerModel } from './transformerModel';
import {
  parseWordVectorOptions,
  type WordVectorKind,
  type WordVectorModel,
  wordVectorModel,
} from './wordVectors';

type Factories<Model> = ReadonlyMap<string, (config: unknown) => Model>;

const factories: Factories<TranslationModel> = new Map([
  ['seq2seq', (config: unknown) => seq2seqModel(parseSeq2SeqOptions(config))],
  ['bahdanau', (config: unknown) => bahdanauModel(parseBahdanauOptions(config))],
  ['transformer', (config: unknown) => transformerModel(parseTransformerOptions(config))],
]);

const recurrent = (kind: LanguageKind) => (config: unknown) =>
  recurrentLanguageModel(parseLanguageOptions(kind, config));

const languageFactories: Factories<LanguageModel> = new Map([
  ['rnn', recurrent('rnn')],
  ['lstm', recurrent('lstm')],
  ['gru', recurrent('gru')],
]);

const wordVectors = (kind: WordVectorKind) => (config: unknown) =>
  wordVectorModel(parseWordVectorOptions(kind, config));

const wordVectorFactories: Factories<WordVectorModel> = new Map([
  ['skipgram', wordVectors('skipgram')],
  ['cbow', wordVectors('cbow')],
]);

/** Kinds of translation models that can be made. */
export const modelKinds: readonly string[] = [...factories.keys()];

/** Kinds of language models that can be made. */
export const languageModelKinds: readonly string[] = [...languageFactories.keys()];

/** Kinds of models of word vectors that can be made. */
export const wordVectorKinds: readonly string[] = [...wordVectorFactories.keys()];

const allKinds = [...modelKinds, ...languageModelKinds, ...wordVectorKinds];

/**
 * The translation model of a kind.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export function createModel(kind: string, config: unknown): TranslationModel {
  return make('translation', factories, kind, config);
}

/**
 * The language model of a kind.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export function createLanguageModel(kind: string, config: unknown): LanguageModel {
  return make('language', languageFactories, kind, config);
}

/**
 * The model of word vectors of a kind.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export function createWordVectorModel(kind: string, config: unknown): WordVectorModel {
  return make('word vector', wordVectorFactories, kind, config);
}

function make<Model>(what: string, own: Factories<Model>, kind: string, config: unknown): Model {
  const factory = own.get(kind);
  if (factory === undefined) {
    const known = [...own.keys()].join(', ');
    throw new OptionError(
      allKinds.includes(kind)
        ? `'${kind}' is no ${what} model; those are ${known}`
        : `unknown model kind '${kind}'; known: ${known}`,
    );
  }
  if (typeof config !== 'object' || config === null) {
    throw new FormatError(`model: the configuration must be an object, found ${typeof config}`);
  }
  return factory(config);
}
