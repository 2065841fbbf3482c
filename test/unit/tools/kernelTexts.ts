/** The WGSL of the kernels that the ops' cases may be computed by, for a software adapter and for a GPU. */
import { shaderSource } from '../../../shaders/lib/kernel';
import { compileGraph } from '../../../src/compiler/compile';
import { lowerPlan } from '../../../src/compiler/dispatch/lower';
import type { Plan } from '../../../src/compiler/plan/plan';
import type { Case } from '../../../src/graph/cases';
import type { Target } from '../../../src/graph/target';
import { allKernels } from '../../../src/ops/kernels';
import { allCases } from '../../../src/selfcheck/allCases';
import { caseGraph, differentiable } from '../../../src/selfcheck/opCase';

const ADAPTER = {
  workgroupMemory: 32_768,
  shaderF16: true,
  subgroups: true,
  cores: 2,
  kernels: allKernels,
} as const;

const TARGETS: readonly Target[] = [
  { ...ADAPTER, software: true, subgroupMinSize: 4, subgroupMaxSize: 4 },
  { ...ADAPTER, software: false, subgroupMinSize: 32, subgroupMaxSize: 32 },
  // So few workgroups that grids are folded.
  {
    ...ADAPTER,
    software: true,
    subgroups: false,
    subgroupMinSize: 4,
    subgroupMaxSize: 4,
    maxWorkgroups: 2,
  },
];

export interface KernelText {
  readonly name: string;
  /** The ops that it computes. */
  readonly label: string;
  readonly text: string;
}

/**
 * Every candidate of every choice that a sample of the cases meets, forward and backward.
 * @param stride so many cases of an op are one in the sample; besides, those with kernels of their own are
 */
export function kernelTexts(stride: number): readonly KernelText[] {
  const texts: KernelText[] = [];
  const seen = new Set<string>();
  for (const cases of Object.values(allCases())) {
    cases.forEach((item, i) => {
      if (i % stride !== 0 && !hasNewKernel(item, seen)) return;
      const plan = compileGraph(caseGraph(item, differentiable(item).length > 0));
      for (const target of TARGETS) texts.push(...candidatesOf(plan, target));
      for (const { name } of texts) seen.add(name);
    });
  }
  return texts;
}

function hasNewKernel(item: Case, seen: ReadonlySet<string>): boolean {
  const plan = compileGraph(caseGraph(item, false));
  return TARGETS.slice(0, 1).some((target) =>
    lowerPlan(plan, target).some(({ kernel }) => !seen.has(kernel.name)),
  );
}

/** The kernels of a plan under each candidate of each choice. */
function candidatesOf(plan: Plan, target: Target): readonly KernelText[] {
  const asked = lowerPlan(plan, target).flatMap(({ choices }) => choices);
  const rounds = Math.max(...asked.map(({ candidates }) => candidates.length));
  return Array.from({ length: rounds }, (_, round) => {
    const choices = new Map(
      asked.map(({ shapeClass, candidates }) => [
        shapeClass,
        candidates[round % candidates.length] ?? '',
      ]),
    );
    return lowerPlan(plan, { ...target, choices }).map(({ kernel, spec, label }) => ({
      name: kernel.name,
      label,
      text: shaderSource(kernel, spec),
    }));
  }).flat();
}
