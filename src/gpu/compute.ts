/** Computes tensors once, from inputs of fixed sizes. */

import { compileGraph } from '../compiler/compile';
import type { HostTensor, HostTensors } from '../core/hostTensor';
import type { TensorType } from '../core/shape';
import { type Lookup, type Tensors, trace } from '../graph/graph';
import { allKernels } from '../ops/kernels';
import type { Device } from './device';
import { Program } from './program';
import { StateStore } from './states';

/**
 * Traces, compiles and runs a function once.
 * @param build computes the results, by name, from the inputs
 */
export async function compute(
  device: Device,
  inputs: HostTensors,
  build: (inputs: Lookup) => Tensors,
): Promise<Readonly<Record<string, HostTensor>>> {
  const types = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, data }]): [string, TensorType] => [
      name,
      { shape, dtype: data instanceof Float32Array ? 'f32' : 'i32' },
    ]),
  );
  const graph = trace((lookup) => ({ outputs: build(lookup) }), { inputs: types });
  const states = new StateStore(device);
  const program = await Program.create(device, compileGraph(graph), states, {
    kernels: allKernels,
  });
  try {
    program.run(inputs);
    return await program.read(...graph.outputs.keys());
  } finally {
    program.dispose();
    states.dispose();
  }
}
