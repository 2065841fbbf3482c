/** A drawn graph on a device, against float64 within what rounding may make of it. */

import type { Device } from 'qkv';
import type { NdArray } from 'qkv/cpu';
import {
  compileGraph,
  type DType,
  type HostTensor,
  Program,
  printPlan,
  StateStore,
  type Target,
} from 'qkv/graph';
import type { Built } from './program';
import { type Expected, expectedResults } from './rounding';

const RUNS = 2;

/**
 * The first fault in two runs: a wrong value or a validation error; undefined without one.
 * @param target what to lower for, in place of what the device is
 */
export async function gpuFault(
  device: Device,
  built: Built,
  target: Target = device.target,
): Promise<string | undefined> {
  const { graph, inputs, states, sizes } = built;
  const plan = compileGraph(graph);
  const known = Object.fromEntries([...sizes].filter(([name]) => plan.symbols.has(name)));
  const store = new StateStore(device);
  device.gpu.pushErrorScope('validation');
  let fault: string | undefined;
  try {
    const program = await Program.create(device, plan, store, { target });
    try {
      for (const [name, value] of states) {
        store.write(name, hostData(value, graph.states.get(name)?.dtype ?? 'f32'));
      }
      const given = [...inputs].map(([name, value]): [string, HostTensor] => {
        const data = hostData(value, graph.inputs.get(name)?.dtype ?? 'f32');
        return [name, { shape: value.shape, data }];
      });
      for (const [run, expected] of expectedResults(built, RUNS).entries()) {
        program.run(Object.fromEntries(given), { sizes: known });
        const outputs = await program.read(...graph.outputs.keys());
        fault ??= await compare(built, store, outputs, expected, run);
      }
    } finally {
      program.dispose();
    }
  } finally {
    store.dispose();
    const error = await device.gpu.popErrorScope();
    if (error !== null) fault = error.message;
  }
  return fault && `${fault}\n${printPlan(plan)}`;
}

async function compare(
  { graph, states }: Built,
  store: StateStore,
  outputs: Readonly<Record<string, HostTensor>>,
  expected: ReadonlyMap<string, Expected>,
  run: number,
): Promise<string | undefined> {
  for (const [name, { data }] of Object.entries(outputs)) {
    const fault = difference(data, expected.get(name));
    if (fault !== undefined) return `run ${run}, ${name} ${fault}`;
  }
  for (const name of states.keys()) {
    const want = expected.get(`state ${name}`);
    const bits = await store.read(name, Math.max(1, want?.value.size ?? 0));
    const isFloat = graph.states.get(name)?.dtype === 'f32';
    const data = isFloat ? bits : new Int32Array(bits.buffer, bits.byteOffset, bits.length);
    const fault = difference(data.subarray(0, want?.value.size ?? 0), want);
    if (fault !== undefined) return `run ${run}, state ${name} ${fault}`;
  }
  return undefined;
}

function difference(got: ArrayLike<number>, expected: Expected | undefined): string | undefined {
  if (expected === undefined) return 'is not expected';
  const { value, bounds } = expected;
  if (got.length !== value.size) return `has ${got.length} elements, not ${value.size}`;
  for (let i = 0; i < value.size; i++) {
    const [found = 0, want, bound = 0] = [got[i], value.flat(i), bounds[i]];
    if (bound === Number.POSITIVE_INFINITY || Math.abs(found - want) <= bound) continue;
    return `at ${i}: got ${found}, expected ${want} within ${bound}`;
  }
  return undefined;
}

function hostData({ data }: NdArray, dtype: DType) {
  return dtype === 'f32' ? Float32Array.from(data) : Int32Array.from(data);
}
