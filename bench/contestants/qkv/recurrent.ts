/** An LSTM layer: its states, and its gradients. */
import { gradients } from '../../../src/autodiff/grad';
import { compileGraph } from '../../../src/compile/compile';
import type { TensorType } from '../../../src/core/shape';
import type { Device } from '../../../src/gpu/device';
import { Program } from '../../../src/gpu/program';
import { StateStore } from '../../../src/gpu/states';
import { type Lookup, type Tensors, trace } from '../../../src/graph/graph';
import type { Tensor } from '../../../src/graph/op';
import { ops } from '../../../src/ops';
import { recurrence } from '../../../src/ops/recurrence/op';
import type { Prepared } from '../../contestant';
import { layerData } from '../../data/recurrent';
import type { LayerSpec } from '../../spec';
import { floats } from './floats';

/** All states [batch, length, hidden]. */
function states(inputs: Lookup, weights: Lookup): Tensor {
  const products = ops.matmul(inputs('x'), weights('weightIn'), { transposeB: true });
  const bias = ops.add(weights('biasIn'), weights('bias'));
  return recurrence('lstm', products, weights('weight'), { bias }).y;
}

export function lstmForward(device: Device, spec: LayerSpec): Promise<Prepared> {
  return prepare(device, spec, (inputs, weights) => ({ result: states(inputs, weights) }));
}

/** Of half the squares of all states. */
export function lstmGradient(device: Device, spec: LayerSpec): Promise<Prepared> {
  return prepare(device, spec, (inputs, weights) => {
    const y = states(inputs, weights);
    const loss = ops.scale(ops.sum(ops.reshape(ops.square(y), [1, -1]), { axis: 1 }), 0.5);
    const [weight, ...others] = gradients(ops, loss, [
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

/** A plan whose input is uploaded at every run, and whose weights stay on the device. */
async function prepare(
  device: Device,
  spec: LayerSpec,
  build: (inputs: Lookup, weights: Lookup) => Tensors,
): Promise<Prepared> {
  const { x, layer } = layerData(spec);
  const type = ({ shape }: { readonly shape: readonly number[] }): TensorType => ({
    dtype: 'f32',
    shape,
  });
  const weights = Object.entries(layer);
  const graph = trace((inputs, kept) => ({ outputs: build(inputs, kept) }), {
    inputs: { x: type(x) },
    states: Object.fromEntries(weights.map(([name, weight]) => [name, type(weight)])),
  });
  const store = new StateStore(device);
  const program = await Program.create(device, compileGraph(graph), store);
  for (const [name, { data }] of weights) store.write(name, data);
  return {
    async run() {
      program.run({ x });
      return floats((await program.read('result')).result.data);
    },
    dispose() {
      program.dispose();
      store.dispose();
    },
  };
}
