/** onnxruntime-web on WebGPU. */
import { onnxruntime } from './contestant';

export const contestant = onnxruntime('webgpu');
