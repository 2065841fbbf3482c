/**
 * qkv's public API. Importing it touches no GPU; everything begins with a call. Translating needs
 * only `Translator`; the rest builds, trains and runs models and graphs of your own.
 */
export { gradients } from './autodiff/grad';
export { compileGraph } from './compile/compile';
export { type Plan, planBytes, printPlan } from './compile/plan';
export { type Dim, dim } from './core/dim';
export {
  AbortedError,
  DeviceError,
  DeviceLostError,
  DisposedError,
  DTypeError,
  FormatError,
  InputError,
  OptionError,
  QkvError,
  ShapeError,
} from './core/errors';
export type { HostTensor, HostTensors } from './core/hostTensor';
export type { DType, Shape, TensorType } from './core/shape';
export type { BeamOptions } from './decode/beam';
export { type DecodeOptions, Decoder, type DecoderOptions, type Decoding } from './decode/decoder';
export type { GreedyOptions } from './decode/greedy';
export type { Hypothesis } from './decode/hypotheses';
export { promptBatch } from './decode/prompts';
export type { SampleOptions } from './decode/sampling';
export { Device, type DeviceOptions, openDevice } from './gpu/device';
export { Program, type ProgramOptions, type RunOptions } from './gpu/program';
export { StateStore } from './gpu/states';
export { type Graph, printGraph, type Results, type Signature, trace } from './graph/graph';
export type { Tensor } from './graph/op';
export {
  type Captured,
  type Inspectable,
  type InspectOptions,
  Inspector,
  valueNames,
} from './inspect/inspector';
export type { Pattern } from './inspect/pattern';
export { type PrincipalComponents, principalComponents } from './inspect/principalComponents';
export {
  importOnnxRecurrent,
  type OnnxRecurrentNode,
  parseSafetensors,
  type StoredTensor,
  writeSafetensors,
} from './io';
export { modelLayout } from './models/layout';
export type { Decodable, LanguageModel, TranslationModel } from './models/model';
export {
  type RecurrentLanguageOptions,
  recurrentLanguageModel,
} from './models/recurrentLanguageModel';
export { createLanguageModel, createModel } from './models/registry';
export {
  type Labeller,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  type ShapeOptions,
} from './models/shapes';
export type { TransformerOptions } from './models/transformer';
export { transformerModel } from './models/transformerModel';
export { packArena, unpackArena } from './nn/arena';
export {
  bindParameters,
  declareParameters,
  PARAMETERS,
  type ParameterLayout,
  type Scope,
} from './nn/parameters';
export { ops } from './ops';
export type { LoadOptions, LoadProgress } from './tasks/loading';
export {
  type TranslateOptions,
  type Translation,
  Translator,
} from './tasks/translator';
export { type WriteOptions, Writer, type WriterOptions, type Written } from './tasks/writer';
export { BatchIterator, encodePairs, type Labelled, labelledBatch, Vocabulary } from './text';
export { type Checkpoint, readCheckpoint, writeCheckpoint } from './train/checkpoint';
export { type LabellingOptions, labellingTask } from './train/labelling';
export { languageTask, type SequenceBatch } from './train/language';
export type { ScheduleOptions } from './train/schedule';
export type { TaskResult, TrainingTask } from './train/task';
export {
  type Evaluation,
  type StepReport,
  Trainer,
  type TrainerOptions,
} from './train/trainer';
export { type TranslationOptions, translationTask } from './train/translation';
