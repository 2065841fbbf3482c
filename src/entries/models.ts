/** `qkv/models`: the kinds of models, made from a configuration, and the text of their model.json. */
export { bahdanauForward, bahdanauModel } from '../models/bahdanau';
export { decodable, type OwnDecodable } from '../models/decodable';
export { languageModelKinds, modelKinds, wordVectorKinds } from '../models/kinds';
export { modelLayout } from '../models/layout';
export type {
  Decodable,
  DecodeStep,
  DecodeStepResult,
  LanguageModel,
  TeacherBatch,
  TranslationModel,
} from '../models/model';
export type {
  BahdanauConfig,
  BahdanauOptions,
  RecurrentConfig,
  Seq2SeqConfig,
  Seq2SeqOptions,
  Vocabularies,
} from '../models/recurrentConfig';
export { bahdanauConfig } from '../models/recurrentConfig';
export type { RecurrentLanguageConfig } from '../models/recurrentLanguageModel';
export {
  type RecurrentLanguageOptions,
  recurrentLanguageModel,
} from '../models/recurrentLanguageModel';
export { createLanguageModel, createModel, createWordVectorModel } from '../models/registry';
export { seq2seqModel } from '../models/seq2seq';
export type { Sequences, ShapeConfig } from '../models/shapes';
export {
  type Labeller,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  type ShapeOptions,
} from '../models/shapes';
export type { TransformerConfig } from '../models/transformer';
export { decode, encode, type TransformerOptions, transformerConfig } from '../models/transformer';
export { transformerModel } from '../models/transformerModel';
export type { WordVectorConfig, WordVectorModel } from '../models/wordVectors';
export {
  WORD_VECTORS,
  type WordVectorKind,
  type WordVectorOptions,
  wordVectorModel,
} from '../models/wordVectors';
export type { CellName as RecurrentCellName } from '../nn/recurrent';
export type { ScoreKind } from '../nn/sequenceAttention';
export type { LanguageDescription, ModelDescription, TextOptions } from '../tasks/modelFiles';
export {
  readDescription,
  readLanguageDescription,
  writeDescription,
  writeLanguageDescription,
  writeWordDescription,
} from '../tasks/modelFiles';
