/** Files: safetensors both ways, conversions, downloads and checkpoints. No model, no GPU. */

export { DownloadError, StorageError } from '../core/errors';
export { type CheckpointStore, checkCheckpointName, indexedDbStore } from './checkpointStore';
export { toFloat32, toInt32 } from './convert';
export { type FetchBytesOptions, fetchBytes, fetchChunks } from './fetchBytes';
export {
  type FileContent,
  type FileSource,
  type OpenOptions,
  openFile,
} from './fileSource';
export { floatValues } from './floats';
export {
  type ImportedRecurrent,
  importOnnxRecurrent,
  type OnnxRecurrentAttributes,
  type OnnxRecurrentNode,
} from './onnxRecurrent';
export { type OpenedFile, readFile } from './openedFile';
export type { FetchProgress, ReceiveOptions } from './receiveBytes';
export type { FetchOptions } from './request';
export { parseSafetensors, type SafetensorsFile, writeSafetensors } from './safetensors';
export { float32ToF16, storeFloat32, storeInt32 } from './store';
export type { StoredDType, StoredTensor } from './storedTensor';
export {
  type ReadVectorsOptions,
  readTextVectors,
  type TextChunks,
  type TextVectors,
} from './textVectors';
export { float32Text, type WriteVectorsOptions, writeTextVectors } from './textVectorsWriter';
