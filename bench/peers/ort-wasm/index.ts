/** onnxruntime-web on the CPU: what a page can do without a GPU. */
import { onnxruntime } from '../ort-webgpu/contestant';

export const contestant = onnxruntime('wasm');
