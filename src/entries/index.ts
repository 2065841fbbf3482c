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
export type { FetchOptions, FileContent, FileSource, OpenOptions } from '../io';
export { allKernels } from '../ops/kernels';
export type {
  Prompt,
  TranslateOptions,
  Translation,
  TranslationHypothesis,
  WritingOptions,
  Written,
} from '../tasks/answers';
export { Classifier } from '../tasks/classifier';
export type {
  DecodingModel,
  ModelOnDevice,
  PublishedTranslation,
  PublishedWriting,
  SequenceOptions,
} from '../tasks/decodingModel';
export { DocumentIndex } from '../tasks/documentIndex';
export { Embedder } from '../tasks/embedder';
export { everything } from '../tasks/everything';
export type { GenerationOptions } from '../tasks/generationOptions';
export { type LoadedModel, type LoadOptions, loadModel } from '../tasks/loadModel';
export type { LoadMeter, LoadProgress, LoadStage } from '../tasks/loadProgress';
export { MaskFiller } from '../tasks/maskFiller';
export type { GpuMemory, OnDevice, Resident, ReviveOptions } from '../tasks/onDevice';
export { hub, hubEncoder } from '../tasks/published/hub';
export type {
  EncoderHubOptions,
  HubOptions,
  PlaceOptions,
  ReadChatTemplate,
} from '../tasks/published/hubOptions';
export type {
  ModelSource,
  OpenedModel,
  PublishedEncoder,
  PublishedReader,
  PublishedSource,
  ReaderSource,
} from '../tasks/publishedSource';
export type {
  Classified,
  ClassifyOptions,
  EmbedOptions,
  FilledText,
  FillOptions,
  LabelProbability,
  MaskCandidate,
  PublishedReading,
  ReaderOptions,
  ReadingOptions,
  TextOrPair,
  TextReader,
} from '../tasks/readings';
export type {
  BatchReader,
  ReadingComputation,
  ReadingSetting,
  ReadingTask,
  TaskFiles,
} from '../tasks/readingTask';
export type { CreationContext, DeviceChoice, ResidentOptions } from '../tasks/resident';
export { type Restored, Restorer } from '../tasks/restorer';
export type { TokenMark } from '../tasks/shownTokens';
export { type FoundText, TextIndex } from '../tasks/textIndex';
export { Translator } from '../tasks/translator';
export { tuningStore } from '../tasks/tuningStore';
export {
  type AnalogyOptions,
  type LoadVectorsOptions,
  type Neighbour,
  WordVectors,
} from '../tasks/wordVectors';
export { Writer, type WriterOptions } from '../tasks/writer';
