/** All kinds of models, for tools that load any model; apps import the kinds that they use. */
import { bahdanau } from './bahdanau';
import { createOfKind, type ModelKind } from './kinds';
import type { LanguageModel, TranslationModel } from './model';
import { recurrentLanguage } from './recurrentLanguageModel';
import { seq2seq } from './seq2seq';
import { transformer } from './transformerModel';
import { word2vec } from './word2vec';
import type { WordVectorModel } from './wordVectors';

export const allKinds: readonly ModelKind[] = [
  seq2seq,
  bahdanau,
  transformer,
  recurrentLanguage,
  word2vec,
];

/**
 * Makes a translation model.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export function createModel(kind: string, config: unknown): TranslationModel {
  return createOfKind(allKinds, 'translation', kind, config);
}

/**
 * Makes a language model.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export function createLanguageModel(kind: string, config: unknown): LanguageModel {
  return createOfKind(allKinds, 'language', kind, config);
}

/**
 * Makes a model of word vectors.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export function createWordVectorModel(kind: string, config: unknown): WordVectorModel {
  return createOfKind(allKinds, 'word vector', kind, config);
}
