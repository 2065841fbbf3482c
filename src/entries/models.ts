/** `qkv/models`: the kinds of models, made from a configuration, and the text of their model.json. */
export { bahdanau, bahdanauForward, bahdanauModel } from '../models/bahdanau';
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
export type { Decodable, LanguageModel, TranslationModel } from '../models/model';
export { bahdanauConfig } from '../models/recurrentConfig';
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
export {
  type Labeller,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  type ShapeOptions,
} from '../models/shapes';
export { decode, encode, type TransformerOptions, transformerConfig } from '../models/transformer';
export { transformer, transformerModel } from '../models/transformerModel';
export {
  WORD_VECTORS,
  type WordVectorKind,
  type WordVectorOptions,
  wordVectorModel,
} from '../models/wordVectors';
export { quantised } from '../nn/packedStorage';
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
