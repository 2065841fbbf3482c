/** `qkv/models`: the kinds of models, made from a configuration, and the text of their model.json. */
export { bahdanau, bahdanauForward, bahdanauModel } from '../models/bahdanau';
export { decodable, type OwnDecodable, type OwnStepResult } from '../models/decodable';
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
export {
  type BahdanauConfig,
  type BahdanauOptions,
  bahdanauConfig,
  type RecurrentConfig,
  type Seq2SeqConfig,
  type Seq2SeqOptions,
  type Vocabularies,
} from '../models/recurrentConfig';
export {
  type RecurrentLanguageConfig,
  type RecurrentLanguageOptions,
  recurrentLanguage,
  recurrentLanguageModel,
} from '../models/recurrentLanguageModel';
export { createLanguageModel, createModel, createWordVectorModel } from '../models/registry';
export { seq2seq, seq2seqModel } from '../models/seq2seq';
export {
  type Labeller,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  type Sequences,
  type ShapeConfig,
  type ShapeOptions,
} from '../models/shapes';
export {
  decode,
  encode,
  type TransformerConfig,
  type TransformerOptions,
  transformerConfig,
} from '../models/transformer';
export { transformer, transformerModel } from '../models/transformerModel';
export {
  WORD_VECTORS,
  type WordVectorConfig,
  type WordVectorKind,
  type WordVectorModel,
  type WordVectorOptions,
  wordVectorModel,
} from '../models/wordVectors';
export { quantised } from '../nn/quantisedStorage';
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
