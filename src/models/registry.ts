/** Makes a model from its kind and its configuration as plain data. One line a kind. */
import { bahdanauFromJson } from './bahdanau';
import { checkKind, type KindOf } from './kinds';
import type { LanguageModel, TranslationModel } from './model';
import { parseLanguageOptions, recurrentLanguageModel } from './recurrentLanguageModel';
import { seq2seqFromJson } from './seq2seq';
import { transformerFromJson } from './transformerModel';
import { parseWordVectorOptions, type WordVectorModel, wordVectorModel } from './wordVectors';

const factories: Readonly<Record<KindOf<'translation'>, (config: unknown) => TranslationModel>> = {
  seq2seq: seq2seqFromJson,
  bahdanau: bahdanauFromJson,
  transformer: transformerFromJson,
};

/**
 * The translation model of a kind.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export function createModel(kind: string, config: unknown): TranslationModel {
  return factories[checkKind('translation', kind, config)](config);
}

/**
 * The language model of a kind.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export function createLanguageModel(kind: string, config: unknown): LanguageModel {
  const known = checkKind('language', kind, config);
  return recurrentLanguageModel(parseLanguageOptions(known, config));
}

/**
 * The model of word vectors of a kind.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export function createWordVectorModel(kind: string, config: unknown): WordVectorModel {
  const known = checkKind('word vector', kind, config);
  return wordVectorModel(parseWordVectorOptions(known, config));
}
