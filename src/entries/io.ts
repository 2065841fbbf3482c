/** `qkv/io`: safetensors, word vectors as text, ONNX recurrent layers, downloads and stores. */
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
export { parseSafetensors, type SafetensorsFile, writeSafetensors } from '../io/safetensors';
export { storeFloat32 } from '../io/store';
export type { StoredDType, StoredTensor } from '../io/storedTensor';
export {
  type ReadVectorsOptions,
  readTextVectors,
  type TextChunks,
  type TextVectors,
} from '../io/textVectors';
export { type WriteVectorsOptions, writeTextVectors } from '../io/textVectorsWriter';
export { parseTorch } from '../io/torch/torchFile';
export { readTensors } from '../tasks/readTensors';
