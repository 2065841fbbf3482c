/** A drawn graph through its planned and fused program in float64, against the unfused graph. */

import { type Arrays, type CpuStates, evaluateGraph, NdArray, runPlan } from 'qkv/cpu';
import { compileGraph, dimBound, numberOfElements, type Plan, printPlan } from 'qkv/graph';
import { verifyGraph } from 'qkv/selfcheck';
import { loweringFaults } from '../lowered';
import type { Built } from './program';

const RUNS = 2;

/** The first difference in two runs, each on the states that the one before left; undefined without one. */
export function planFault({ graph, inputs, states, sizes }: Built): string | undefined {
  const plan = compileGraph(graph);
  verifyGraph(graph);
  const refused = loweringFaults(plan);
  if (refused.length > 0) return refused.join('\n');
  const memory = planStates(plan, states);
  const arenas = new Map<number, Float64Array>();
  let before: Arrays = states;
  for (let run = 0; run < RUNS; run++) {
    const want = evaluateGraph(graph, inputs, before, sizes);
    const got = runPlan(plan, inputs, memory, sizes, arenas);
    before = new Map([...before, ...want.updates]);
    const held = [...before].map(([name, { shape, size }]) => {
      return [name, new NdArray(shape, memory.get(name)?.slice(0, size))] as const;
    });
    const fault = firstDifference(
      new Map([...got, ...held]),
      new Map([...want.outputs, ...before]),
    );
    if (fault !== undefined) return `run ${run}, ${fault}\n${printPlan(plan)}`;
  }
  return undefined;
}

/** States at the bounds of their sizes, as a plan holds them. */
function planStates(plan: Plan, states: Arrays): CpuStates {
  return new Map(
    [...states].map(([name, { data }]) => {
      const bound = plan.states.get(name)?.shape ?? [];
      const held = new Float64Array(Math.max(1, dimBound(numberOfElements(bound))));
      held.set(data);
      return [name, held];
    }),
  );
}

/** Both are the same arithmetic in float64: they agree to the last bit. */
function firstDifference(got: Arrays, want: Arrays): string | undefined {
  for (const [name, value] of want) {
    const found = got.get(name);
    if (found === undefined) return `${name} is missing`;
    if (found.size !== value.size) return `${name} has ${found.size} elements, not ${value.size}`;
    const at = value.data.findIndex((x, i) => x !== found.data[i] && !areBothNaN(x, found.data[i]));
    if (at >= 0) return `${name} at ${at}: got ${found.data[at]}, expected ${value.data[at]}`;
  }
  return undefined;
}

function areBothNaN(a: number, b: number | undefined): boolean {
  return Number.isNaN(a) && Number.isNaN(b);
}
