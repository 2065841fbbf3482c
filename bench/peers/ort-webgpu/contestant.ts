/** onnxruntime-web, computing with one of its providers. */
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import * as ort from 'onnxruntime-web/webgpu';
import type { Contestant } from '../../contestant';
import type { Provider } from './builder';
import { lstmForward } from './lstm';
import { attention, layerNorm, matmul, softmax } from './ops';
import { transformerForward } from './transformer';

export function onnxruntime(provider: Provider): Contestant {
  return {
    async open() {
      ort.env.wasm.numThreads = 1;
      ort.env.wasm.wasmPaths = { wasm: wasmUrl };
      if (provider === 'wasm') return 'CPU, one thread of WebAssembly';
      const adapter = await navigator.gpu.requestAdapter();
      return `${adapter?.info.vendor} ${adapter?.info.architecture}`;
    },
    prepare(task) {
      switch (task.kind) {
        case 'matmul':
          return matmul(provider, task.spec);
        case 'softmax':
          return softmax(provider, task.spec);
        case 'layer-norm':
          return layerNorm(provider, task.spec);
        case 'attention':
          return attention(provider, task.spec);
        case 'lstm-forward':
          return lstmForward(provider, task.spec);
        case 'transformer-forward':
          return transformerForward(provider, task.spec);
        default:
          return undefined;
      }
    },
  };
}
