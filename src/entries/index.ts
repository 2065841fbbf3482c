/**
 * `qkv`: what an app calls. Opens a device, loads a model, translates, writes and finds neighbours;
 * with the errors that these end with. Importing it touches no GPU.
 */
export {
  AbortedError,
  DeviceError,
  DeviceLostError,
  DisposedError,
  DownloadError,
  type DownloadErrorOptions,
  DTypeError,
  FormatError,
  InputError,
  type InputErrorOptions,
  OptionError,
  QkvError,
  ShapeError,
  StorageError,
  WorkerError,
} from '../core/errors';
export { Device, type DeviceOptions, openDevice } from '../gpu/device';
export {
  type MeasuredChoice,
  mergeTunings,
  NO_TUNING,
  parseTuning,
  type Tuning,
  type TuningStore,
  type Verdict,
} from '../gpu/tuning';
export type { Kernels } from '../graph/target';
export type { FetchOptions, FileContent, FileSource } from '../io';
export { allKernels } from '../ops/kernels';
export {
  type Classified,
  Classifier,
  type ClassifyOptions,
  type LabelProbability,
} from '../tasks/classifier';
export { DocumentIndex } from '../tasks/documentIndex';
export { Embedder, type EmbedOptions, type FoundText, TextIndex } from '../tasks/embedder';
export { everything } from '../tasks/everything';
export type { GenerationOptions } from '../tasks/generation';
export {
  type DecodingModel,
  type LoadedModel,
  type LoadOptions,
  loadModel,
  type ModelOnDevice,
  type SequenceOptions,
} from '../tasks/loadModel';
export type { LoadProgress } from '../tasks/loadProgress';
export {
  type FilledText,
  type FillOptions,
  type MaskCandidate,
  MaskFiller,
} from '../tasks/maskFiller';
export type { GpuMemory, OnDevice, Resident, ReviveOptions } from '../tasks/onDevice';
export { type HubOptions, hub, type ReadChatTemplate } from '../tasks/published/hub';
export type {
  ModelSource,
  OpenedModel,
  PublishedReader,
  PublishedReading,
  PublishedSource,
  PublishedTranslation,
  PublishedWriting,
  ReadingTask,
  TextOrPair,
} from '../tasks/publishedSource';
export type { DeviceChoice, ResidentOptions } from '../tasks/resident';
export { type Restored, Restorer } from '../tasks/restorer';
export type { TokenMark } from '../tasks/shownTokens';
export type { ReaderOptions, ReadingOptions, TextReader } from '../tasks/textReader';
export {
  type Translation,
  type TranslationHypothesis,
  type TranslationOptions,
  Translator,
} from '../tasks/translator';
export { tuningStore } from '../tasks/tuningStore';
export {
  type AnalogyOptions,
  type LoadVectorsOptions,
  type Neighbour,
  WordVectors,
} from '../tasks/wordVectors';
export {
  type Prompt,
  Writer,
  type WriterOptions,
  type WritingOptions,
  type Written,
} from '../tasks/writer';
