/** An op's case in float64: on its compiled plan, and its gradients by finite differences. */

import { NdArray, runPlan } from 'qkv/cpu';
import { compileGraph, type Graph, gradients, trace } from 'qkv/graph';
import { type Case, onOracle, weightedSum } from 'qkv/selfcheck';

/** The compiled plan in float64. */
export function onPlan(graph: Graph, inputs: ReadonlyMap<string, NdArray>) {
  return runPlan(compileGraph(graph), inputs, new Map(), new Map());
}

/** Gradients by central differences in float64, of the same weighted sum. */
export function finiteDifferences(
  opCase: Case,
  inputs: ReadonlyMap<string, NdArray>,
  which: number,
): Float64Array {
  const types = opCase.inputs.map(
    ({ shape, dtype }, i) => [`x${i}`, { shape, dtype: dtype ?? 'f32' }] as const,
  );
  const graph = trace(
    (lookup) => {
      const built = opCase.build(...opCase.inputs.map((_, i) => lookup(`x${i}`)));
      return { outputs: { loss: weightedSum('node' in built ? [built] : built) } };
    },
    { inputs: Object.fromEntries(types) },
  );
  const x = inputs.get(`x${which}`)!;
  const loss = (data: Float64Array) =>
    onOracle(graph, new Map([...inputs, [`x${which}`, new NdArray(x.shape, data)]])).get('loss')!
      .data[0]!;
  return x.data.map((value, i) => {
    const step = 1e-5 * Math.max(1, Math.abs(value));
    const shifted = (by: number) => loss(x.data.map((v, j) => (i === j ? v + by : v)));
    return (shifted(step) - shifted(-step)) / (2 * step);
  });
}

/**
 * The gradients of some inputs alone: neither results nor other gradients are read, so that whatever
 * only those need may vanish.
 */
export function gradientGraph(opCase: Case, which: readonly number[]): Graph {
  const types = opCase.inputs.map(
    ({ shape, dtype }, i) => [`x${i}`, { shape, dtype: dtype ?? 'f32' }] as const,
  );
  return trace(
    (lookup) => {
      const built = opCase.build(...opCase.inputs.map((_, i) => lookup(`x${i}`)));
      const wrt = which.map((i) => lookup(`x${i}`));
      const grads = gradients(weightedSum('node' in built ? [built] : built), wrt);
      return { outputs: Object.fromEntries(which.map((i, at) => [`d${i}`, grads[at]!])) };
    },
    { inputs: Object.fromEntries(types) },
  );
}
