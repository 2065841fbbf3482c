/**
 * `qkv`: what an app calls. Opens a device, loads a model, translates, writes and finds neighbours; with the
 * errors that these end with. Importing it touches no GPU.
 */
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
  WorkerError,
} from '../core/errors';
export { Device, type DeviceOptions, openDevice } from '../gpu/device';
export type { MeasuredChoice, Verdict } from '../gpu/tuning';
export { mergeTunings, NO_TUNING, parseTuning, type Tuning, type TuningStore } from '../gpu/tuning';
export { DocumentIndex } from '../tasks/documentIndex';
export type { LoadOptions, LoadProgress } from '../tasks/loading';
export type { TranslationHypothesis } from '../tasks/translator';
export { type TranslateOptions, type Translation, Translator } from '../tasks/translator';
export { tuningStore } from '../tasks/tuningStore';
export {
  type AnalogyOptions,
  type LoadVectorsOptions,
  type Neighbour,
  WordVectors,
} from '../tasks/wordVectors';
export { type WriteOptions, Writer, type WriterOptions, type Written } from '../tasks/writer';
