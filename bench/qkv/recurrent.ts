/** An LSTM layer: its hidden states, and its gradients. */

import type { Device } from 'qkv';
import { gradients, type Lookup, ops, type Tensor } from 'qkv/graph';
import { layerData } from '../data/recurrent';
import type { LayerSpec } from '../spec';
import { type Operands, type Planned, preparePlan } from './plan';

function operands(spec: LayerSpec): Operands {
  const { x, layer } = layerData(spec);
  return { inputs: { x }, weights: { ...layer } };
}

/** All states [batch, length, hidden]. */
function states(inputs: Lookup, weights: Lookup): Tensor {
  const products = ops.matmul(inputs('x'), weights('weightIn'), { transposeB: true });
  const bias = ops.add(weights('biasIn'), weights('bias'));
  return ops.recurrence('lstm', products, weights('weight'), { bias }).y;
}

export function lstmForward(device: Device, spec: LayerSpec): Promise<Planned> {
  return preparePlan(device, operands(spec), (inputs, weights) => ({
    result: states(inputs, weights),
  }));
}

/** Gradients of half the sum of squares of all hidden states. */
export function lstmGradient(device: Device, spec: LayerSpec): Promise<Planned> {
  return preparePlan(device, operands(spec), (inputs, weights) => {
    const y = states(inputs, weights);
    const loss = ops.scale(ops.sum(ops.reshape(ops.square(y), [1, -1]), { axis: 1 }), 0.5);
    const [weight, ...others] = gradients(loss, [
      weights('weight'),
      weights('weightIn'),
      weights('bias'),
      inputs('x'),
    ]);
    if (weight === undefined) throw new Error('qkv: no gradient');
    const others_ = Object.fromEntries(others.map((tensor, i) => [`other${i}`, tensor]));
    return { result: ops.sum(weight, { axis: 1 }), ...others_ };
  });
}
