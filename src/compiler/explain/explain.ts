/**
 * Explains a plan as plain data: the fused ops, kernels, arithmetic and memory traffic of each
 * step, and when each storage is in use. Nothing is measured here; see Program.profile.
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
import { groupNodes } from '../schedule/group';

/** A step of a plan: what it computes, and its work. */
export interface ExplainedStep {
  readonly step: number;
  /** Ops that it computes; an op with a kernel of its own comes first. */
  readonly ops: readonly string[];
  /** Results: type and storage. */
  readonly writes: readonly string[];
  /** Kernels in the order of dispatch; empty without a target. */
  readonly kernels: readonly string[];
  /** The variants chosen for the target, where there were several. */
  readonly choices: readonly Choice[];
  /** How often it runs: once, or in each iteration of its loops. */
  readonly times: number;
  /**
   * Floating-point operations of one execution, and a lower bound of the bytes that it reads and
   * writes.
   */
  readonly flops: number;
  readonly bytes: number;
}

/** A piece of device memory of a plan, and what lies in it. */
export interface ExplainedStorage {
  readonly storage: number;
  /** 'input x', 'state parameters', 'constant', 'temporary' ... */
  readonly use: string;
  readonly byteLength: number;
  /** Number of values that lie in it, at the same time or one after the other. */
  readonly values: number;
  /** First and last step that use it; undefined if none does. */
  readonly first: number | undefined;
  readonly last: number | undefined;
}

/** The steps, memory and work of a plan. */
export interface Explanation {
  readonly steps: readonly ExplainedStep[];
  readonly storages: readonly ExplainedStorage[];
  /** Device memory that the plan owns, and state that it shares with other plans. */
  readonly peakBytes: { readonly owned: number; readonly state: number };
  /** Totals of one run, with all iterations of loops. */
  readonly flops: number;
  readonly bytes: number;
  readonly dispatches: number;
}

/** The device and sizes for which a plan is explained. */
export interface ExplainOptions {
  /** Without it there are no kernels, dispatches and choices. */
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
  const flops = groupNodes(group).map((node) => costOf(costs, node).flops);
  return {
    step: index,
    ops: groupNodes(group).map(({ op }) => op.name),
    writes: group.outputs.map((tensor) => {
      const place = defined(plan.places.get(tensorKey(tensor)), 'place');
      return `${formatType(tensor)} @${place.storage.id}`;
    }),
    kernels: dispatches.flatMap(({ kernel, dispatchCount }) =>
      Array.from({ length: dispatchCount?.(size) ?? 1 }, () => kernel.name),
    ),
    choices: (dispatches[0]?.choices ?? []).filter(({ candidates }) => candidates.length > 1),
    times,
    flops: size(flops.reduce(addDims, 0)),
    bytes: size(movedElements(group)) * ELEMENT_BYTES,
  };
}

/**
 * Elements that a step reads and writes: each operand and result once, or what the cost rule of the
 * host says.
 */
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
  const uses = plan.storages.map(() => ({
    steps: new Set<number>(),
    values: new Set<string>(),
  }));
  const addUse = (place: Place | undefined, step: number, value?: string): void => {
    if (place === undefined) return;
    const storages = [
      place.storage,
      ...(place.doubleBuffer === undefined ? [] : [place.doubleBuffer.other]),
    ];
    for (const { id } of storages) {
      uses[id]?.steps.add(step);
      if (value !== undefined) uses[id]?.values.add(value);
    }
  };
  plan.steps.forEach(({ group, scratch }, i) => {
    for (const tensor of [...group.inputs, ...group.outputs]) {
      addUse(plan.places.get(tensorKey(tensor)), i, tensorKey(tensor));
    }
    for (const [k, place] of scratch.entries()) addUse(place, i, `scratch ${i}.${k}`);
  });
  // Outputs stay in use after the last step, until they are read.
  for (const { place } of plan.outputs.values()) addUse(place, plan.steps.length);
  return plan.storages.map(({ id, use, byteLength }): ExplainedStorage => {
    const { steps = new Set<number>(), values = new Set<string>() } = uses[id] ?? {};
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
