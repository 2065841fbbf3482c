/** All kinds of models, for tools that take any; an app hands in those that it uses. One line a kind. */
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
 * The translation model of a kind.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export function createModel(kind: string, config: unknown): TranslationModel {
  return createOfKind(allKinds, 'translation', kind, config);
}

/**
 * The language model of a kind.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export function createLanguageModel(kind: string, config: unknown): LanguageModel {
  return createOfKind(allKinds, 'language', kind, config);
}

/**
 * The model of word vectors of a kind.
 * @param config parsed JSON
 * @throws OptionError for an unknown kind; FormatError for a damaged configuration
 */
export function createWordVectorModel(kind: string, config: unknown): WordVectorModel {
  return createOfKind(allKinds, 'word vector', kind, config);
}
