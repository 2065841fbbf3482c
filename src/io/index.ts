/** Safetensors, conversions, downloads and checkpoint stores, for other folders of src. */
export { DownloadError, StorageError } from '../core/errors';
export { type CheckpointStore, indexedDbStore } from './checkpointStore';
export { toFloat32, toInt32 } from './convert';
export { restoreInt8 } from './eightBits';
export { fetchBytes } from './fetchBytes';
export {
  type FileContent,
  type FileSource,
  type OpenOptions,
  openFile,
} from './fileSource';
export { floatValues } from './floats';
export { type OpenedFile, readFile } from './openedFile';
export type { FetchProgress } from './receiveBytes';
export type { FetchOptions } from './request';
export { parseSafetensors, writeSafetensors } from './safetensors';
export { float32ToF16, storeFloat32, storeInt32 } from './store';
export type { StoredDType, StoredTensor } from './storedTensor';
export {
  type ReadVectorsOptions,
  readTextVectors,
  type TextVectors,
} from './textVectors';
export { float32Text, writeTextVectors } from './textVectorsWriter';
