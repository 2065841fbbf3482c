/**
 * qkv's public API. Importing it touches no GPU; everything begins with a call. Translating needs
 * only `Translator`; the rest builds, trains and runs models and graphs of your own.
 */
export type { Epilogue } from '../shaders/lib/epilogue';
export * as wgslFunctions from '../shaders/lib/functions';
export { defineKernel, type Kernel, LINEAR_WORKGROUP } from '../shaders/lib/kernel';
export { type Startup, startupFor } from '../shaders/lib/startup';
export { gradients } from './autodiff/grad';
export { compileGraph } from './compile/compile';
export {
  type ExplainedStep,
  type ExplainedStorage,
  type ExplainOptions,
  type Explanation,
  explain,
} from './compile/explain';
export { type Plan, planBytes, printPlan } from './compile/plan';
export { printExplanation } from './compile/printExplanation';
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
export { type DType, numberOfElements, type Shape, type TensorType } from './core/shape';
export type { BeamOptions } from './decode/beam';
export { type DecodeOptions, Decoder, type DecoderOptions, type Decoding } from './decode/decoder';
export type { GreedyOptions } from './decode/greedy';
export type { Hypothesis } from './decode/hypotheses';
export { promptBatch } from './decode/prompts';
export type { SampleOptions } from './decode/sampling';
export { chromeTrace } from './gpu/chromeTrace';
export { Device, type DeviceOptions, openDevice } from './gpu/device';
export { type DispatchTime, profile } from './gpu/profile';
export { Program, type ProgramOptions, type RunOptions } from './gpu/program';
export { StateStore } from './gpu/states';
export {
  type CandidateTime,
  type ClassMeasurement,
  type TuneOptions,
  type TuneProgress,
  type TuneResult,
  tune,
} from './gpu/tune';
export { mergeTunings, type Tuning, type TuningStore } from './gpu/tuning';
export { type Graph, printGraph, type Results, type Signature, trace } from './graph/graph';
export { apply, applyAll } from './graph/node';
export {
  grid1d,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Op,
  output,
  scratch,
  type Tensor,
} from './graph/op';
export { defineOwnOp as defineOp, type OwnOp } from './graph/ownOp';
export {
  type Captured,
  type Inspectable,
  type InspectOptions,
  Inspector,
  valueNames,
} from './inspect/inspector';
export { NearestRows, type NearRow } from './inspect/nearestRows';
export type { Pattern } from './inspect/pattern';
export { type PrincipalComponents, principalComponents } from './inspect/principalComponents';
export {
  importOnnxRecurrent,
  type OnnxRecurrentNode,
  parseSafetensors,
  type ReadVectorsOptions,
  readTextVectors,
  type StoredTensor,
  type TextVectors,
  type WriteVectorsOptions,
  writeSafetensors,
  writeTextVectors,
} from './io';
export { modelLayout } from './models/layout';
export type { Decodable, LanguageModel, TranslationModel } from './models/model';
export {
  type RecurrentLanguageOptions,
  recurrentLanguageModel,
} from './models/recurrentLanguageModel';
export { createLanguageModel, createModel, createWordVectorModel } from './models/registry';
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
export { WORD_VECTORS, type WordVectorOptions, wordVectorModel } from './models/wordVectors';
export { packArena, unpackArena } from './nn/arena';
export { storeAs } from './nn/packedStorage';
export {
  bindParameters,
  declareParameters,
  PARAMETERS,
  type ParameterLayout,
  type Scope,
} from './nn/parameters';
export {
  parameterBytes,
  parameterScope,
  parameterStates,
  storedParameters,
  type WeightFormat,
  type WeightOptions,
} from './nn/storage';
export type { Weight } from './nn/weight';
export { ops } from './ops';
export { DocumentIndex } from './tasks/documentIndex';
export type { LoadOptions, LoadProgress } from './tasks/loading';
export {
  type TranslateOptions,
  type Translation,
  Translator,
} from './tasks/translator';
export { tuningStore } from './tasks/tuningStore';
export {
  type AnalogyOptions,
  type LoadVectorsOptions,
  type Neighbour,
  WordVectors,
} from './tasks/wordVectors';
export { type WriteOptions, Writer, type WriterOptions, type Written } from './tasks/writer';
export {
  BatchIterator,
  bagOfWords,
  encodePairs,
  type Labelled,
  labelledBatch,
  type RankedDocument,
  TfIdf,
  type TfIdfOptions,
  Vocabulary,
  type WordBatch,
  WordIterator,
  type WordIteratorOptions,
} from './text';
export {
  type Checkpoint,
  checkpointTuning,
  readCheckpoint,
  writeCheckpoint,
} from './train/checkpoint';
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
export { wordVectorTask } from './train/wordVectors';
