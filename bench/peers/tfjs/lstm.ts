/** An LSTM layer of Keras. */
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { defined } from '../../../tools/lib/defined';
import type { Prepared } from '../../contestant';
import { type LayerWeights, layerData } from '../../data/recurrent';
import type { LayerSpec } from '../../spec';
import { prepare, transposedTensor } from './tensors';

/** A layer whose weights are set later: Keras's orthogonal ones would be decomposed for minutes. */
export function lstmOf(
  units: number,
  options: { returnSequences?: boolean; returnState?: boolean },
) {
  return layers.layers.lstm({
    units,
    recurrentActivation: 'sigmoid',
    recurrentInitializer: 'zeros',
    ...options,
  });
}

/** Keras has [in, 4 * hidden] and one bias; its gates i, f, c, o are PyTorch's. */
export function setLstm(layer: layers.layers.Layer, w: LayerWeights): void {
  const bias = w.biasIn.data.map((value, i) => value + (w.bias.data[i] ?? 0));
  layer.setWeights([transposedTensor(w.weightIn), transposedTensor(w.weight), tf.tensor1d(bias)]);
}

export async function lstmForward(spec: LayerSpec): Promise<Prepared> {
  const { length, inputSize, hiddenSize } = spec;
  const { x, layer } = layerData(spec);
  const lstm = lstmOf(hiddenSize, { returnSequences: true });
  const input = layers.input({ shape: [length, inputSize] });
  const output = lstm.apply(input);
  if (!(output instanceof layers.SymbolicTensor)) throw new Error('tfjs: expected one output');
  const model = layers.model({ inputs: input, outputs: output });
  setLstm(lstm, layer);
  const prepared = prepare([x], [], ([rows]) => {
    const states = model.predict(defined(rows, 'input'));
    return Array.isArray(states) ? defined(states[0], 'states') : states;
  });
  return { ...prepared, dispose: () => void model.dispose() };
}
