/** `qkv/models`: the kinds of models, how they are made from configurations, and their model.json. */
export { allKinds, allRecipes, createModel } from '../models/allKinds';
export type { Tied } from '../models/checks';
export { type ClassifierOptions, sequenceClassifier } from '../models/classifier';
export { decodable, type OwnDecodable, type OwnStepResult } from '../models/decodable';
export { Fields } from '../models/fields';
export type { KeyMap, KeySource } from '../models/keyMap';
export type { Families, Family, ModelKind, PublishedLayout } from '../models/kind';
export { modelLayout } from '../models/layout';
export {
  type Adapter,
  type AdapterFiles,
  mergeAdapter,
  readAdapter,
  writeAdapter,
} from '../models/lora/adapter';
export { type LoraConfig, type LoraOptions, loraConfig } from '../models/lora/config';
export { loraPlan, type PlanOptions } from '../models/lora/plan';
export { maxPooling, pooled } from '../models/maxPooling';
export type {
  Decodable,
  DecodeStep,
  DecodeStepResult,
  DenoisingModel,
  HeadActivation,
  Labeller,
  LanguageModel,
  MaskedLanguageModel,
  Sequences,
  TeacherBatch,
  TranslationModel,
  WordVectorConfig,
  WordVectorKind,
  WordVectorModel,
} from '../models/model';
export {
  type Pooling,
  type PoolingKind,
  type PoolingOptions,
  publishedPooling,
} from '../models/pooling';
export type { ConfigValues, FlagValues, ModelFlag, ModelRecipe } from '../models/recipe';
export type { RecurrentConfig, Vocabularies } from '../models/recurrentConfig';
export * from '../models/registry';

export {
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  type ShapeConfig,
  type ShapeOptions,
} from '../models/shapes';
export type { PositionKind, StackConfig } from '../models/stackConfig';
export type { CellName as RecurrentCellName } from '../nn/recurrent';
export type { ScoreKind } from '../nn/sequenceAttention';
export type { ParameterFormat } from '../nn/storage';
export {
  type ClassifierDescription,
  type MaskedDescription,
  writeClassifierDescription,
  writeDenoisingDescription,
  writeMaskedDescription,
} from '../tasks/maskedFiles';
export {
  type AnyDescription,
  type DenoisingDescription,
  type DescriptionReaders,
  type LanguageDescription,
  type ModelDescription,
  readDescription,
  readLanguageDescription,
  writeDescription,
  writeLanguageDescription,
  writeWordDescription,
} from '../tasks/modelFiles';
export type {
  LanguageText,
  TextOptions,
  TranslationText,
  UnknownPolicy,
} from '../tasks/modelText';
export type { OpenedParameters, OpenParameters, ParameterTarget } from '../tasks/parameterFiles';
export { quantised, type StorageFormat } from '../tasks/storage';
export { streamedParameters } from '../tasks/streamParameters';
