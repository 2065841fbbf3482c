/** `qkv/models`: the kinds of models, made from a configuration, and the text of their model.json. */
export { bahdanau, bahdanauForward, bahdanauModel } from '../models/bahdanau';
export type { OwnStepResult } from '../models/decodable';
export { decodable, type OwnDecodable } from '../models/decodable';
export {
  type Families,
  type Family,
  languageModelKinds,
  type ModelKind,
  modelKinds,
  wordVectorKinds,
} from '../models/kinds';
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
  recurrentLanguage,
  recurrentLanguageModel,
} from '../models/recurrentLanguageModel';
export {
  createLanguageModel,
  createModel,
  createWordVectorModel,
} from '../models/registry';
export { seq2seq, seq2seqModel } from '../models/seq2seq';
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
export { transformer, transformerModel } from '../models/transformerModel';
export type { WordVectorConfig, WordVectorModel } from '../models/wordVectors';
export {
  WORD_VECTORS,
  type WordVectorKind,
  type WordVectorOptions,
  wordVectorModel,
} from '../models/wordVectors';
export { quantised } from '../nn/packedStorage';
export type { CellName as RecurrentCellName } from '../nn/recurrent';
export type { ScoreKind } from '../nn/sequenceAttention';
export type { StorageFormat } from '../nn/storage';
export {
  type AnyDescription,
  type DescriptionReaders,
  type LanguageDescription,
  type ModelDescription,
  readDescription,
  readLanguageDescription,
  type TextOptions,
  writeDescription,
  writeLanguageDescription,
  writeWordDescription,
} from '../tasks/modelFiles';
