/** Files: safetensors both ways, conversions, downloads and checkpoints. No model, no GPU. */
export { type CheckpointStore, indexedDbStore } from './checkpointStore';
export { toFloat32, toInt32 } from './convert';
export { DownloadError, StorageError } from './errors';
export { fetchBytes, fetchChunks } from './fetchBytes';

export type { FetchProgress } from './receiveBytes';
export { parseSafetensors, writeSafetensors } from './safetensors';
export { float32ToF16, storeFloat32, storeInt32 } from './store';
export type { StoredDType, StoredTensor } from './storedTensor';
export {
  type ReadVectorsOptions,
  readTextVectors,
  type TextVectors,
} from './textVectors';
export { float32Text, writeTextVectors } from './textVectorsWriter';
