/**
 * Measures in the worker how much of a gradient reaches the inputs of a cell: on the GPU, and in
 * double precision on the CPU, by the code of the experiment `vanishing`.
 */
import type { Device } from 'qkv';
import { type Arrays, evaluateGraph, NdArray } from 'qkv/cpu';
import { compute, type HostTensors, trace } from 'qkv/graph';
import { cells } from 'qkv/nn';
import {
  type InputName,
  inputGradients,
  jointNorm,
  KEEPING_GATE,
  normsByDistance,
  SMALL,
  subjectInputs,
} from '../../../../experiments/lib/inputGradients';
import type { Cell } from './cells';
import { type Complex, eigenvalues } from './eigenvalues';

export interface Measurement {
  readonly steps: number;
  readonly units: number;
  /** The norm of the gradient of the input, by distance from the loss in steps: 0, 1, 2, ... */
  readonly norms: readonly number[];
  /** The same in double precision. */
  readonly exact: readonly number[];
  /** The norm of the gradient of all weights together. */
  readonly weightNorm: number;
  /** Of the recurrent matrix of each gate. */
  readonly eigenvalues: readonly (readonly Complex[])[];
  /** What the gradients were computed from, by rows. */
  readonly inputs: Readonly<Record<InputName, ArrayLike<number>>>;
}

/**
 * @param bias initial bias of the gate that preserves the state
 * @param radius spectral radius of every gate's recurrent matrix
 */
export default async function measure(
  device: Device,
  cell: Cell,
  bias: number,
  radius: number,
  seed: number,
): Promise<Measurement> {
  const keep = cell === 'tanh' ? {} : { keep: { gate: KEEPING_GATE, bias } };
  const inputs = { ...subjectInputs({ cell, ...keep }, radius, SMALL, seed) };
  const found = await compute(device, inputs, (input) => inputGradients(cell, input));
  const data = (name: string) => found[name]?.data ?? [];
  const { units, steps } = SMALL;
  const matrices = Array.from({ length: cells[cell].gates }, (_, gate) =>
    inputs.weight.data.slice(gate * units ** 2, (gate + 1) * units ** 2),
  );
  return {
    steps,
    units,
    norms: normsByDistance(data('x'), SMALL),
    exact: normsByDistance(inDoublePrecision(cell, inputs).get('x')?.data ?? [], SMALL),
    weightNorm: jointNorm([data('weightIn'), data('weight')]),
    eigenvalues: matrices.map((matrix) => eigenvalues(matrix, units)),
    inputs: {
      x: inputs.x.data,
      weightIn: inputs.weightIn.data,
      weight: inputs.weight.data,
      bias: inputs.bias.data,
      goal: inputs.goal.data,
    },
  };
}

/** The same gradients by the library's references. */
function inDoublePrecision(cell: Cell, inputs: HostTensors): Arrays {
  const types = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => [name, { shape, dtype: 'f32' as const }]),
  );
  const graph = trace((lookup) => ({ outputs: inputGradients(cell, lookup) }), { inputs: types });
  const arrays = new Map(
    Object.entries(inputs).map(([name, { shape, data }]) => [name, NdArray.from(shape, data)]),
  );
  return evaluateGraph(graph, arrays, new Map(), new Map()).outputs;
}
