/**
 * What a plan does, step by step: fused ops, kernels, where memory lives from when to when, arithmetic
 * and traffic. Plain data, and a text of it. Nothing is measured here; see Program.profile.
 */

import { addDims, type Dim, dimBound, evaluateDim, type SizeTable } from '../../core/dim';
import { defined } from '../../core/errors';
import { ELEMENT_BYTES, formatType, numberOfElements } from '../../core/shape';
import type { Choice } from '../../graph/choice';
import { costOf } from '../../graph/cost';
import { tensorKey } from '../../graph/node';
import type { Target, Tensor } from '../../graph/op';
import { costs } from '../../ops/costs';
import type { Dispatch } from '../dispatch/dispatch';
import { lowerPlan } from '../dispatch/lower';
import { type Place, type Plan, planBytes, type Step, storageName } from '../plan/plan';
import type { Group } from '../schedule/group';
import { members } from '../schedule/group';

/** A step of a plan: what it computes, and its work. */
export interface ExplainedStep {
  readonly step: number;
  /** Ops that it computes, the one with a kernel of its own first. */
  readonly ops: readonly string[];
  /** Results: type and storage. */
  readonly writes: readonly string[];
  /** Kernels in order; empty without a target. */
  readonly kernels: readonly string[];
  /** What was chosen among several variants, for the target. */
  readonly choices: readonly Choice[];
  /** How often it runs: once, or so many iterations of its loops. */
  readonly times: number;
  /** Floating-point operations of one time, and bytes that it reads and writes at least. */
  readonly flops: number;
  readonly bytes: number;
}

/** A piece of device memory of a plan, and what lies in it. */
export interface ExplainedStorage {
  readonly storage: number;
  /** 'input x', 'state parameters', 'constant', 'temporary' ... */
  readonly use: string;
  readonly byteLength: number;
  /** Values that lie in it, one after the other or together. */
  readonly values: number;
  /** First and last step that touch it; undefined when none does. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** A plan in figures: its steps, memory and work. */
export interface Explanation {
  readonly steps: readonly ExplainedStep[];
  readonly storages: readonly ExplainedStorage[];
  /** Device memory: the plan's own, and state that it shares with other plans. */
  readonly peakBytes: { readonly owned: number; readonly state: number };
  /** Of one run, all iterations of loops included. */
  readonly flops: number;
  readonly bytes: number;
  readonly dispatches: number;
}

/** What a plan is explained for. */
export interface ExplainOptions {
  /** For kernels, dispatches and choices. */
  readonly target?: Target;
  /** Values of symbols; each at its bound by default. */
  readonly sizes?: SizeTable;
}

/** Explains a plan. */
export function explain(plan: Plan, { target, sizes }: ExplainOptions = {}): Explanation {
  const size = (d: Dim) => (sizes === undefined ? dimBound(d) : evaluateDim(d, sizes));
  const dispatches = target === undefined ? [] : lowerPlan(plan, target);
  const steps = plan.steps.map((step, i) =>
    explainStep(
      plan,
      step,
      i,
      dispatches.filter((dispatch) => dispatch.step === i),
      size,
    ),
  );
  const total = (value: (step: ExplainedStep) => number) =>
    steps.reduce((sum, step) => sum + step.times * value(step), 0);
  return {
    steps,
    storages: explainStorages(plan),
    peakBytes: planBytes(plan),
    flops: total(({ flops }) => flops),
    bytes: total(({ bytes }) => bytes),
    dispatches: total(({ kernels }) => kernels.length),
  };
}

function explainStep(
  plan: Plan,
  { group }: Step,
  index: number,
  dispatches: readonly Dispatch[],
  size: (d: Dim) => number,
): ExplainedStep {
  const times = plan.loops
    .filter(({ first, end }) => first <= index && index < end)
    .reduce((product, { length }) => product * size(length), 1);
  const flops = members(group).map((node) => costOf(costs, node).flops);
  return {
    step: index,
    ops: members(group).map(({ op }) => op.name),
    writes: group.outputs.map((tensor) => {
      const place = defined(plan.places.get(tensorKey(tensor)), 'place');
      return `${formatType(tensor)} @${place.storage.id}`;
    }),
    kernels: dispatches.flatMap(({ kernel, steps }) =>
      Array.from({ length: steps === undefined ? 1 : steps(size) }, () => kernel.name),
    ),
    choices: (dispatches[0]?.choices ?? []).filter(({ candidates }) => candidates.length > 1),
    times,
    flops: size(flops.reduce(addDims, 0)),
    bytes: size(movedElements(group)) * ELEMENT_BYTES,
  };
}

/** Elements that a step reads and writes: each operand and result once, or what its op says. */
function movedElements({ host, inputs, outputs }: Group): Dim {
  const moved = host === undefined ? undefined : costOf(costs, host).moved;
  const ofHost = new Set(host?.inputs.map(tensorKey));
  const counts = (tensor: Tensor) => moved === undefined || !ofHost.has(tensorKey(tensor));
  const rest = [
    ...inputs.filter(counts),
    ...outputs.filter(({ node }) => moved === undefined || node !== host),
  ];
  return rest.map(({ shape }) => numberOfElements(shape)).reduce(addDims, moved ?? 0);
}

function explainStorages(plan: Plan): readonly ExplainedStorage[] {
  const touched = plan.storages.map(() => ({
    steps: new Set<number>(),
    values: new Set<string>(),
  }));
  const touch = (place: Place | undefined, step: number, value?: string): void => {
    if (place === undefined) return;
    const storages = [
      place.storage,
      ...(place.doubleBuffer === undefined ? [] : [place.doubleBuffer.other]),
    ];
    for (const { id } of storages) {
      touched[id]?.steps.add(step);
      if (value !== undefined) touched[id]?.values.add(value);
    }
  };
  plan.steps.forEach(({ group, scratch }, i) => {
    for (const tensor of [...group.inputs, ...group.outputs]) {
      touch(plan.places.get(tensorKey(tensor)), i, tensorKey(tensor));
    }
    for (const [k, place] of scratch.entries()) touch(place, i, `scratch ${i}.${k}`);
  });
  // Results stay to be read.
  for (const { place } of plan.outputs.values()) touch(place, plan.steps.length);
  return plan.storages.map(({ id, use, byteLength }): ExplainedStorage => {
    const { steps = new Set<number>(), values = new Set<string>() } = touched[id] ?? {};
    const range = (pick: (...values: readonly number[]) => number) =>
      steps.size === 0 ? undefined : pick(...steps);
    return {
      storage: id,
      use: storageName(use),
      byteLength,
      values: values.size,
      first: range(Math.min),
      last: range(Math.max),
    };
  });
}
