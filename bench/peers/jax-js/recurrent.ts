/**
 * An LSTM layer: one product for all inputs, then unrolled time steps, because jax-js 0.1.25 has no
 * scan.
 */
import { grad, jit, nn, numpy as np, tree } from '@jax-js/jax';
import { defined } from '../../../tools/lib/defined';
import type { Prepared } from '../../contestant';
import { type LayerWeights, layerData } from '../../data/recurrent';
import { transposed } from '../../data/transposed';
import type { LayerSpec } from '../../spec';
import { floats } from './floats';

type Weights = { weightIn: np.Array; weight: np.Array; bias: np.Array };

function upload({ weightIn, weight, biasIn, bias }: LayerWeights): Weights {
  const matrix = (values: LayerWeights['weight']) => {
    const { shape, data } = transposed(values);
    return np.array(data).reshape([...shape]);
  };
  return {
    weightIn: matrix(weightIn),
    weight: matrix(weight),
    bias: np.array(biasIn.data.map((value, i) => value + (bias.data[i] ?? 0))),
  };
}

/** All hidden states [batch, length, hidden]. Consumes its arguments. */
function states(x: np.Array, { weightIn, weight, bias }: Weights, spec: LayerSpec): np.Array {
  const { batch, length, hiddenSize } = spec;
  const products = np.einsum('btd,de->tbe', x, weightIn).add(bias);
  const rows = np.split(products, length, 0);
  let hidden = np.zeros([batch, hiddenSize]);
  let cell = np.zeros([batch, hiddenSize]);
  const all = rows.map((row) => {
    const sums = row.reshape([batch, 4 * hiddenSize]).add(np.matmul(hidden.ref, weight.ref));
    hidden.dispose();
    const [i, f, g, o] = np.split(sums, 4, 1).map((gate) => defined(gate, 'gate'));
    const kept = nn.sigmoid(defined(f, 'f')).mul(cell);
    cell = kept.add(nn.sigmoid(defined(i, 'i')).mul(np.tanh(defined(g, 'g'))));
    hidden = nn.sigmoid(defined(o, 'o')).mul(np.tanh(cell.ref));
    return hidden.ref;
  });
  weight.dispose();
  hidden.dispose();
  cell.dispose();
  return np.stack(all, 1);
}

export async function lstmForward(spec: LayerSpec): Promise<Prepared> {
  const { x, layer } = layerData(spec);
  const weights = upload(layer);
  const compiled = jit((input: np.Array, w: Weights) => states(input, w, spec));
  return {
    run: () => {
      const input = np.array(x.data).reshape([...x.shape]);
      return floats(compiled(input, tree.ref(weights)));
    },
    dispose() {
      tree.dispose(weights);
      compiled.dispose();
    },
  };
}

export async function lstmGradient(spec: LayerSpec): Promise<Prepared> {
  const { x, layer } = layerData(spec);
  const weights = upload(layer);
  const loss = (w: Weights, input: np.Array) =>
    np
      .square(states(input, w, spec))
      .sum()
      .mul(0.5);
  const compiled = jit((w: Weights, input: np.Array) => {
    const { weightIn, weight, bias } = grad(loss)(w, input);
    return { rows: weight.sum(0), weightIn, bias };
  });
  return {
    async run() {
      const input = np.array(x.data).reshape([...x.shape]);
      const { rows, weightIn, bias } = compiled(tree.ref(weights), input);
      weightIn.dispose();
      bias.dispose();
      return floats(rows);
    },
    dispose() {
      tree.dispose(weights);
      compiled.dispose();
    },
  };
}
