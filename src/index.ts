/**
 * qkv's public API. Importing it touches no GPU; everything begins with a call. Translating needs
 * only `Translator`; the rest builds, trains and runs models and graphs of your own.
 */
export type { Epilogue } from '../shaders/lib/epilogue';
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
  DownloadError,
  DTypeError,
  FormatError,
  InputError,
  OptionError,
  QkvError,
  ShapeError,
  StorageError,
} from './core/errors';
export type { HostTensor, HostTensors } from './core/hostTensor';
export { errorFromPlain, errorToPlain, type PlainError } from './core/plainError';
export { type DType, numberOfElements, type Shape, type TensorType } from './core/shape';
export { type BeamOptions, beamSearch } from './decode/beam';
export { type DecodeOptions, Decoder, type DecoderOptions, type Decoding } from './decode/decoder';
export type { GreedyOptions } from './decode/greedy';
export type { Hypothesis } from './decode/hypotheses';
export { promptBatch } from './decode/prompts';
export { type SampleOptions, sampling } from './decode/sampling';
export { scoredGreedy } from './decode/scoredGreedy';
export type { DecodingMethod } from './decode/strategy';
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
  type FetchOptions,
  type FileContent,
  type FileSource,
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
export { bahdanau } from './models/bahdanau';
export type { Families, Family, ModelKind } from './models/kinds';
export { modelLayout } from './models/layout';
export type { Decodable, LanguageModel, TranslationModel } from './models/model';
export {
  type RecurrentLanguageOptions,
  recurrentLanguage,
  recurrentLanguageModel,
} from './models/recurrentLanguageModel';
export {
  allKinds,
  createLanguageModel,
  createModel,
  createWordVectorModel,
} from './models/registry';
export { seq2seq } from './models/seq2seq';
export {
  type Labeller,
  manyToMany,
  manyToOne,
  oneToMany,
  oneToOne,
  type ShapeOptions,
} from './models/shapes';
export type { TransformerOptions } from './models/transformer';
export { transformer, transformerModel } from './models/transformerModel';
export { word2vec } from './models/word2vec';
export { WORD_VECTORS, type WordVectorOptions, wordVectorModel } from './models/wordVectors';
export { packArena, unpackArena } from './nn/arena';
export { quantised, storeAs } from './nn/packedStorage';
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
  type StorageFormat,
  storedParameters,
  type WeightFormat,
  type WeightOptions,
} from './nn/storage';
export type { Weight } from './nn/weight';
export { ops } from './ops';
export { DocumentIndex } from './tasks/documentIndex';
export { everything } from './tasks/everything';
export {
  type LoadedModel,
  type LoadOptions,
  loadModel,
  type ModelOnDevice,
  type SequenceOptions,
} from './tasks/loadModel';
export type { LoadProgress } from './tasks/loadProgress';
export type {
  AnyDescription,
  LanguageDescription,
  ModelDescription,
  TextOptions,
} from './tasks/modelFiles';
export { type Memory, OnDevice, type Resident, type ReviveOptions } from './tasks/onDevice';
export type { DeviceChoice } from './tasks/resident';
export {
  type TranslateOptions,
  type Translation,
  type TranslationHypothesis,
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
  bytePairs,
  type Codec,
  type CodecFormat,
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
