/** Safetensors, conversions, downloads and checkpoint stores, for other folders of src. */
export { DownloadError, StorageError } from '../core/errors';
export { type CheckpointStore, indexedDbStore } from './checkpointStore';
export { toFloat32, toInt32 } from './convert';
export { int8Sinks, restoreInt8 } from './eightBits';
export { fetchBytes } from './fetchBytes';
export {
  type FileContent,
  type FileSource,
  isMissing,
  type OpenOptions,
  openFile,
} from './fileSource';
export { isFloat, parsedFloats } from './floats';
export { type OpenedFile, readFile } from './openedFile';
export type { FetchProgress } from './receiveBytes';
export type { FetchOptions } from './request';
export { parseSafetensors, writeSafetensors } from './safetensors';
export type { HeaderEntry } from './safetensorsHeader';
export { shards } from './shards';
export { float32ToF16, storeFloat32, storeInt32 } from './store';
export type { StoredDType, StoredTensor } from './storedTensor';
export {
  type FileFormat,
  openTensors,
  type TensorFile,
  type TensorFiles,
} from './tensorFiles';
export {
  type ByteSink,
  floatSink,
  readTensorFile,
  type Scratch,
  type ValueSink,
} from './tensorReaders';
export {
  type ReadVectorsOptions,
  readTextVectors,
  type TextVectors,
} from './textVectors';
export { float32Text, writeTextVectors } from './textVectorsWriter';
export { torchFile, torchShards } from './torch/torchFormats';
