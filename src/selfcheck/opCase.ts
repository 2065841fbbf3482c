/** The graph of an op's case, with gradients, and its results on the oracle and on the GPU. */
import { gradients } from '../autodiff/grad';
import { compileGraph } from '../compiler/compile';
import { defined } from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import { NdArray } from '../core/ndArray';
import { random } from '../core/random';
import { evaluateGraph } from '../cpu/oracle';
import type { Device } from '../gpu/device';
import { Program } from '../gpu/program';
import { StateStore } from '../gpu/states';
import type { Case, CaseInput, Fill } from '../graph/cases';
import { type Graph, trace } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import { ops } from '../ops';

const NO_SIZES = new Map<string, number>();

/** The case's inputs, which are exact in float32 and the same in every run. */
export function caseInputs({ name, inputs }: Case): Map<string, NdArray> {
  const seed = [...name].reduce((hash, c) => (Math.imul(hash, 31) + c.charCodeAt(0)) | 0, 7);
  const source = random(seed);
  return new Map(
    inputs.map((input, i) => {
      const size = input.shape.reduce((product, n) => product * n, 1);
      const data = Float64Array.from({ length: size }, (_, at) => draw(input, source, at));
      return [`x${i}`, new NdArray(input.shape, data)];
    }),
  );
}

function draw(input: CaseInput, source: ReturnType<typeof random>, at: number): number {
  const dtype = input.dtype ?? 'f32';
  const fallback: Fill =
    dtype === 'bool' ? { kind: 'uniform', low: 0, high: 2 } : { kind: 'normal' };
  const fill = input.fill ?? fallback;
  const value = drawFrom(fill, source, at);
  return dtype === 'f32' ? Math.fround(value) : Math.floor(value);
}

function drawFrom(fill: Fill, source: ReturnType<typeof random>, at: number): number {
  switch (fill.kind) {
    case 'normal':
      return source.normal() * (fill.scale ?? 1) + (fill.mean ?? 0);
    case 'uniform':
      return fill.low + source.next() * (fill.high - fill.low);
    case 'outliers':
      return source.normal() * (source.next() < 0.02 ? fill.size : 1);
    case 'values':
      return defined(fill.values[at % fill.values.length], 'value');
    default:
      return fill satisfies never;
  }
}

/**
 * The graph of a case; with `backward`, also the gradients of a weighted sum of all f32 outputs.
 */
export function caseGraph(opCase: Case, backward: boolean): Graph {
  const types = opCase.inputs.map(
    ({ shape, dtype }, i) => [`x${i}`, { shape, dtype: dtype ?? 'f32' }] as const,
  );
  return trace(
    (lookup) => {
      const inputs = opCase.inputs.map((_, i) => lookup(`x${i}`));
      const built = opCase.build(...inputs);
      const results = 'node' in built ? [built] : built;
      const outputs = Object.fromEntries(results.map((tensor, i) => [`y${i}`, tensor]));
      if (!backward) return { outputs };
      const wrt = differentiable(opCase);
      const grads = gradients(
        weightedSum(results),
        wrt.map((i) => defined(inputs[i], 'input')),
      );
      const named = wrt.map((i, at) => [`d${i}`, defined(grads[at], 'gradient')] as const);
      return { outputs: { ...outputs, ...Object.fromEntries(named) } };
    },
    { inputs: Object.fromEntries(types) },
  );
}

/** Indices of the inputs whose gradients are checked. */
export function differentiable({ inputs }: Case): readonly number[] {
  return inputs.flatMap((input, i) =>
    (input.dtype ?? 'f32') === 'f32' && input.differentiable !== false ? [i] : [],
  );
}

/**
 * The sum of all elements of the f32 results, with weights that differ so that errors do not
 * cancel.
 */
export function weightedSum(results: readonly Tensor[]): Tensor {
  const parts = results
    .filter((tensor) => tensor.dtype === 'f32')
    .map((tensor) => ops.sum(ops.mul(tensor, lossWeights(tensor.shape.map(Number)))));
  return parts.reduce((a, b) => ops.add(a, b));
}

function lossWeights(shape: readonly number[]): Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  const data = Float64Array.from({ length: size }, (_, i) =>
    Math.fround(0.5 + ((i * 7) % 11) / 11),
  );
  return constantTensor({ shape, data });
}

/** Runs the graph in float64, without fusion. */
export function onOracle(graph: Graph, inputs: ReadonlyMap<string, NdArray>) {
  return evaluateGraph(graph, inputs, new Map(), NO_SIZES).outputs;
}

/**
 * Compiles the graph and runs it on the GPU.
 * @param target the target of kernel choices (default: the device's)
 */
export async function onGpu(
  device: Device,
  graph: Graph,
  inputs: ReadonlyMap<string, NdArray>,
  target = device.target,
): Promise<Readonly<Record<string, HostTensor>>> {
  const states = new StateStore(device);
  const program = await Program.create(device, compileGraph(graph), states, { target });
  try {
    const host = [...graph.inputs].map(([name, { dtype }]) => {
      const value = inputs.get(name) ?? new NdArray([0]);
      const data = dtype === 'f32' ? Float32Array.from(value.data) : Int32Array.from(value.data);
      return [name, { shape: value.shape, data }] as const;
    });
    program.run(Object.fromEntries(host));
    return await program.read(...graph.outputs.keys());
  } finally {
    program.dispose();
    states.dispose();
  }
}
