/** The weights of a Keras LSTM layer. */
import * as tf from '@tensorflow/tfjs-core';
import type * as layers from '@tensorflow/tfjs-layers';
import type { LayerWeights } from '../../data/recurrent';
import { transposedTensor } from './tensors';

/** Keras has [in, 4 * hidden] and one bias; its gates i, f, c, o are PyTorch's. */
export function setLstm(layer: layers.layers.Layer, w: LayerWeights): void {
  const bias = w.biasIn.data.map((value, i) => value + (w.bias.data[i] ?? 0));
  layer.setWeights([transposedTensor(w.weightIn), transposedTensor(w.weight), tf.tensor1d(bias)]);
}
