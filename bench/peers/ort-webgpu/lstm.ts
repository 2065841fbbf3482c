/** A layer as one LSTM node, whose input and output have the length in front. */
import type { Prepared } from '../../contestant';
import type { Weight } from '../../data/draw';
import { swapMiddle } from '../../data/ops';
import { layerData } from '../../data/recurrent';
import type { LayerSpec } from '../../spec';
import { GraphBuilder, type Provider } from './builder';

export async function lstmForward(provider: Provider, spec: LayerSpec): Promise<Prepared> {
  const { batch, length, inputSize, hiddenSize } = spec;
  const { x, layer } = layerData(spec);
  const rows = 4 * hiddenSize;
  const biases = new Float32Array(2 * rows);
  biases.set(reordered(layer.biasIn.data));
  biases.set(reordered(layer.bias.data), rows);
  const graph = new GraphBuilder();
  const weights = [
    graph.weight('W', { shape: [1, rows, inputSize], data: reordered(layer.weightIn.data) }),
    graph.weight('R', { shape: [1, rows, hiddenSize], data: reordered(layer.weight.data) }),
    graph.weight('B', { shape: [1, 2 * rows], data: biases }),
  ];
  graph.add('LSTM', ['X', ...weights], { hidden_size: hiddenSize }, 'Y');
  const prepared = await graph.prepare(
    provider,
    { X: swapped(x, [batch, length, inputSize]) },
    { Y: [length, 1, batch, hiddenSize] },
  );
  let last: Float32Array<ArrayBuffer> = new Float32Array();
  return {
    async run() {
      last = new Float32Array(await prepared.run());
      return last;
    },
    values: async () => swapped({ shape: [], data: last }, [length, batch, hiddenSize]).data,
    dispose: () => prepared.dispose(),
  };
}

/** [a, b, c] -> [b, a, c]. */
function swapped({ data }: Weight, [a = 1, b = 1, c = 1]: readonly number[]): Weight {
  return { shape: [b, a, c], data: swapMiddle({ shape: [1, a, b, c], data }).data };
}

/** PyTorch's gates i, f, g, o in ONNX's order i, o, f, c: rows of each gate lie together. */
function reordered(data: Float32Array): Float32Array<ArrayBuffer> {
  const size = data.length / 4;
  const gate = (at: number) => data.subarray(at * size, (at + 1) * size);
  const result = new Float32Array(data.length);
  [0, 3, 1, 2].forEach((from, to) => {
    result.set(gate(from), to * size);
  });
  return result;
}
