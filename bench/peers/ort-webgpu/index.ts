/** onnxruntime-web's WebGPU provider: an LSTM node, its input uploaded and its output read each time. */

import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import * as ort from 'onnxruntime-web/webgpu';
import type { Contestant, Prepared } from '../../contestant';
import { layerData } from '../../data/recurrent';
import type { LayerSpec } from '../../spec';
import { lstmModel } from './model';

async function lstmForward(spec: LayerSpec): Promise<Prepared> {
  const { batch, length, inputSize, hiddenSize } = spec;
  const { x, layer } = layerData(spec);
  const session = await ort.InferenceSession.create(lstmModel(spec, layer), {
    executionProviders: ['webgpu'],
  });
  const data = swapped(x.data, [batch, length, inputSize]);
  let last = new Float32Array();
  return {
    async run() {
      const input = new ort.Tensor('float32', data, [length, batch, inputSize]);
      const { Y } = await session.run({ X: input });
      const states = await Y?.getData();
      if (!(states instanceof Float32Array)) throw new Error('onnxruntime-web: expected f32');
      last = new Float32Array(states);
      return last;
    },
    values: async () => swapped(last, [length, batch, hiddenSize]),
    dispose: () => void session.release(),
  };
}

/** [a, b, c] -> [b, a, c]. */
function swapped(
  data: Float32Array,
  [a = 1, b = 1, c = 1]: readonly number[],
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(data.length);
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      result.set(data.subarray((i * b + j) * c, (i * b + j + 1) * c), (j * a + i) * c);
    }
  }
  return result;
}

export const contestant: Contestant = {
  async open() {
    ort.env.wasm.numThreads = 1;
    ort.env.wasm.wasmPaths = { wasm: wasmUrl };
    const adapter = await navigator.gpu.requestAdapter();
    return `${adapter?.info.vendor} ${adapter?.info.architecture}`;
  },
  prepare: (task) => (task.kind === 'lstm-forward' ? lstmForward(task.spec) : undefined),
};
