/** Plans whose inputs are uploaded at every run, and whose weights stay on the device. */

import type { Device } from 'qkv';
import {
  compileGraph,
  type Lookup,
  type Plan,
  Program,
  type ProgramOptions,
  StateStore,
  type Tensors,
  type TensorType,
  trace,
} from 'qkv/graph';
import type { Prepared } from '../contestant';
import type { Weight } from '../data/draw';
import { LONG_USE } from '../spec';
import { floats } from './floats';

/** A prepared task with its plans, for tuning. */
export interface Planned extends Prepared {
  readonly plans: readonly Plan[];
}

export interface Operands {
  readonly inputs: Readonly<Record<string, Weight>>;
  readonly weights?: Readonly<Record<string, Weight>>;
}

/**
 * Prepares a task.
 * @param build returns `result`, which is read back, and other values to compute
 */
export async function preparePlan(
  device: Device,
  { inputs, weights = {} }: Operands,
  build: (inputs: Lookup, weights: Lookup) => Tensors,
  options: ProgramOptions = LONG_USE,
): Promise<Planned> {
  const graph = trace((given, kept) => ({ outputs: build(given, kept) }), {
    inputs: types(inputs),
    states: types(weights),
  });
  const store = new StateStore(device);
  const creating = Program.create(device, compileGraph(graph), store, options);
  // Uploaded while the kernels compile.
  for (const [name, { data }] of Object.entries(weights)) store.write(name, data);
  const program = await creating;
  // Later results are read into the first result's array, as in an app that runs a plan repeatedly.
  let result: Float32Array | undefined;
  return {
    plans: [program.plan],
    async run() {
      program.run(inputs);
      if (result === undefined) result = floats((await program.read('result')).result.data);
      else await program.readInto({ result });
      return result;
    },
    dispose() {
      program.dispose();
      store.dispose();
    },
  };
}

function types(values: Readonly<Record<string, Weight>>): Readonly<Record<string, TensorType>> {
  const entries = Object.entries(values);
  return Object.fromEntries(entries.map(([name, { shape }]) => [name, { dtype: 'f32', shape }]));
}
