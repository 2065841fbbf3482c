/** `qkv/io`: safetensors, word vectors as text, ONNX recurrent layers, downloads and stores. */

export { type ModelCache, type ModelCacheOptions, modelCache } from '../io/cache/modelCache';
export { type CheckpointStore, checkCheckpointName, indexedDbStore } from '../io/checkpointStore';
export { toFloat32, toInt32 } from '../io/convert';
export { storeInt8 } from '../io/eightBits';
export {
  type ImportedParameter,
  type ImportedRecurrent,
  importOnnxRecurrent,
  type OnnxRecurrentAttributes,
  type OnnxRecurrentNode,
} from '../io/onnxRecurrent';
export type { OpenedFile } from '../io/openedFile';
export { parseSafetensors, type SafetensorsFile, writeSafetensors } from '../io/safetensors';
export type { HeaderEntry } from '../io/safetensorsHeader';
export { storeFloat32 } from '../io/store';
export type { StoredDType, StoredTensor } from '../io/storedTensor';
export type { FileFormat, OpenSibling, TensorFile, TensorFiles } from '../io/tensorFiles';
export type { ByteSink, Sink, ValueSink } from '../io/tensorReaders';
export {
  type ReadVectorsOptions,
  readTextVectors,
  type TextChunks,
  type TextVectors,
} from '../io/textVectors';
export { type WriteVectorsOptions, writeTextVectors } from '../io/textVectorsWriter';
export { parseTorch } from '../io/torch/torchFile';
export { torchFile, torchShards } from '../io/torch/torchFormats';
export { readTensors } from '../tasks/readTensors';
