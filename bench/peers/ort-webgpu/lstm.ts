/** A layer as one LSTM node, whose input and output have the length in front. */
import type { Prepared } from '../../contestant';
import { swapMiddle } from '../../data/ops';
import { layerData } from '../../data/recurrent';
import { reordered } from '../../reordered';
import type { LayerSpec } from '../../spec';
import { GraphBuilder, type Provider } from './builder';

export async function lstmForward(provider: Provider, spec: LayerSpec): Promise<Prepared> {
  const { batch, length, inputSize, hiddenSize } = spec;
  const { x, layer } = layerData(spec);
  const rows = 4 * hiddenSize;
  const biases = new Float32Array(2 * rows);
  biases.set(gatesInOrder(layer.biasIn.data));
  biases.set(gatesInOrder(layer.bias.data), rows);
  const graph = new GraphBuilder();
  const weights = [
    graph.weight('W', { shape: [1, rows, inputSize], data: gatesInOrder(layer.weightIn.data) }),
    graph.weight('R', { shape: [1, rows, hiddenSize], data: gatesInOrder(layer.weight.data) }),
    graph.weight('B', { shape: [1, 2 * rows], data: biases }),
  ];
  graph.add('LSTM', ['X', ...weights], { hidden_size: hiddenSize }, 'Y');
  const data = swapMiddle(x.data, [1, batch, length, inputSize]);
  const prepared = await graph.prepare(
    provider,
    { X: { shape: [length, batch, inputSize], data } },
    { Y: [length, 1, batch, hiddenSize] },
  );
  return reordered(prepared, (states) => swapMiddle(states, [1, length, batch, hiddenSize]));
}

/** PyTorch's gates i, f, g, o in ONNX's order i, o, f, c: rows of each gate lie together. */
function gatesInOrder(data: Float32Array): Float32Array<ArrayBuffer> {
  const size = data.length / 4;
  const gate = (at: number) => data.subarray(at * size, (at + 1) * size);
  const result = new Float32Array(data.length);
  [0, 3, 1, 2].forEach((from, to) => {
    result.set(gate(from), to * size);
  });
  return result;
}
