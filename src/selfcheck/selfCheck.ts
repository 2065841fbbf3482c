/**
 * Checks every candidate that a lowering may choose on this device against the float64 reference,
 * on the ops' own small hostile cases, forward and backward. A candidate that fails is rejected: no
 * program is compiled with it.
 */

import { compileGraph } from '../compiler/compile';
import { lowerPlan } from '../compiler/dispatch/lower';
import type { Plan } from '../compiler/plan/plan';
import { DeviceError, defined, throwIfAborted } from '../core/errors';
import type { NdArray } from '../core/ndArray';
import { textHash } from '../core/textHash';
import type { Device } from '../gpu/device';
import { sourcesOf } from '../gpu/trial';
import type { Verdict } from '../gpu/tuning';
import type { Case } from '../graph/cases';
import { type Choice, variantName } from '../graph/choice';
import type { Graph } from '../graph/graph';
import type { Target } from '../graph/target';
import { allKernels } from '../ops/kernels';
import { allCases } from './allCases';
import { firstFault } from './difference';
import { caseGraph, caseInputs, differentiable, onGpu, onOracle } from './opCase';

/** Cases by the names of their ops. */
export type OpCases = Readonly<Record<string, readonly Case[]>>;

/** Options of the self-check. */
export interface SelfCheckOptions {
  /** Cases by op (default: all cases of the library). */
  readonly cases?: OpCases;
  /**
   * Whether to repeat checks whose verdicts are known for the same kernel sources (default false).
   */
  readonly again?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The result of the self-check. */
export interface SelfCheckResult {
  /** Verdicts by `variantName`, including those known before. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** Number of runs on the device. */
  readonly runs: number;
}

/** One run of a case, with a candidate for each class of shapes. */
interface Round {
  readonly variants: readonly string[];
  readonly choices: ReadonlyMap<string, string>;
  /** For each variant, the WGSL of the dispatches that it takes part in. */
  readonly sources: ReadonlyMap<string, string>;
}

interface PreparedCase {
  /** 'matmul: inner size 0'. */
  readonly name: string;
  readonly item: Case;
  readonly graph: Graph;
  readonly plan: Plan;
  readonly rounds: readonly Round[];
}

/**
 * Checks all kernel candidates on a device. The device's tuning is not changed: pass the verdicts
 * to `useTuning`, and save them to a store.
 * @throws AbortedError, DeviceLostError
 */
export async function selfCheck(
  device: Device,
  options: SelfCheckOptions = {},
): Promise<SelfCheckResult> {
  const { choices: _, rejected: __, ...own } = device.target;
  const target: Target = { kernels: allKernels, ...own };
  const prepared = prepareCases(options.cases ?? allCases(), target);
  const hashes = variantHashes(prepared);
  const known = options.again === true ? {} : device.tuning.verdicts;
  const isKnown = (variant: string) => known[variant]?.wgsl === hashes.get(variant);
  const failures = new Map<string, string>();
  let runs = 0;
  for (const [done, each] of prepared.entries()) {
    options.onProgress?.(done, prepared.length);
    const rounds = each.rounds.filter(({ variants }) => !variants.every(isKnown));
    const check = new CaseCheck(device, target, each);
    for (const round of rounds) {
      throwIfAborted(options.signal, 'self-check');
      await check.run(round);
    }
    for (const [variant, failure] of await check.blame()) {
      if (!failures.has(variant)) failures.set(variant, `${each.name}: ${failure}`);
    }
    runs += check.runs;
    // The pipelines of all cases would take gigabytes on a software adapter.
    device.pipelines.clear();
  }
  const verdicts = [...hashes].map(([variant, wgsl]): readonly [string, Verdict] => {
    const before = known[variant];
    if (isKnown(variant) && before !== undefined) return [variant, before];
    const failure = failures.get(variant);
    return [variant, { wgsl, ...(failure === undefined ? {} : { failure }) }];
  });
  return { verdicts: { ...known, ...Object.fromEntries(verdicts) }, runs };
}

/** The cases with the runs that try all their candidates. */
function prepareCases(cases: OpCases, target: Target): readonly PreparedCase[] {
  return Object.entries(cases).flatMap(([op, items]) =>
    items.flatMap((item): readonly PreparedCase[] => {
      const graph = caseGraph(item, differentiable(item).length > 0);
      const plan = compileGraph(graph);
      const all = lowerPlan(plan, target).flatMap(({ choices }) => choices);
      const choices = [...new Map(all.map((choice) => [choice.shapeClass, choice])).values()];
      const rounds = roundsOf(plan, target, choices);
      return [{ name: `${op}: ${item.name}`, item, graph, plan, rounds }];
    }),
  );
}

/** Runs that try each candidate of each choice at least once, several choices in one run. */
function roundsOf(plan: Plan, target: Target, options: readonly Choice[]): readonly Round[] {
  const count = Math.max(...options.map(({ candidates }) => candidates.length));
  return Array.from({ length: count }, (_, round) => {
    const taken = options.map(({ family, shapeClass, candidates }) => {
      const candidate = defined(candidates[round % candidates.length], 'candidate');
      return { shapeClass, candidate, variant: variantName(family, candidate) };
    });
    const choices = new Map(taken.map(({ shapeClass, candidate }) => [shapeClass, candidate]));
    const sources = new Map<string, string>();
    for (const dispatch of lowerPlan(plan, { ...target, choices })) {
      for (const { family, chosen } of dispatch.choices) {
        const variant = variantName(family, chosen);
        sources.set(variant, `${sources.get(variant) ?? ''}${sourcesOf([dispatch])}`);
      }
    }
    return { variants: [...new Set(taken.map(({ variant }) => variant))], choices, sources };
  });
}

function variantHashes(prepared: readonly PreparedCase[]): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  for (const { rounds } of prepared) {
    for (const { sources } of rounds) {
      for (const [variant, text] of sources) {
        hashes.set(variant, textHash((hashes.get(variant) ?? '') + text));
      }
    }
  }
  return hashes;
}

/** Runs the rounds of one case, and finds the variants that cause failures. */
class CaseCheck {
  runs = 0;
  readonly #device: Device;
  readonly #target: Target;
  readonly #case: PreparedCase;
  readonly #inputs: ReadonlyMap<string, NdArray>;
  /** Variants that took part in a correct result. */
  readonly #cleared = new Set<string>();
  readonly #failed: { readonly round: Round; readonly failure: string }[] = [];

  constructor(device: Device, target: Target, prepared: PreparedCase) {
    this.#device = device;
    this.#target = target;
    this.#case = prepared;
    this.#inputs = caseInputs(prepared.item);
  }

  async run(round: Round): Promise<void> {
    const failure = await this.#try(round.choices);
    if (failure !== undefined) this.#failed.push({ round, failure });
    else for (const variant of round.variants) this.#cleared.add(variant);
  }

  /**
   * The variants that cause failures. If a failed round has several suspects, each is run again
   * with cleared variants for all other choices; suspects that fail again are rejected.
   */
  async blame(): Promise<ReadonlyMap<string, string>> {
    const blamed = new Map<string, string>();
    for (const { round, failure } of this.#failed) {
      const suspects = round.variants.filter((variant) => !this.#cleared.has(variant));
      for (const suspect of suspects) {
        const alone = suspects.length === 1 ? undefined : this.#besideCleared(round, suspect);
        const found = alone === undefined ? failure : await this.#try(alone);
        if (found === undefined) this.#cleared.add(suspect);
        else blamed.set(suspect, found);
      }
    }
    return blamed;
  }

  /**
   * The round's choices with cleared candidates for all families but the suspect's, where there are
   * any.
   */
  #besideCleared({ choices }: Round, suspect: string): ReadonlyMap<string, string> {
    const dispatches = lowerPlan(this.#case.plan, { ...this.#target, choices });
    const mixed = new Map(choices);
    for (const { family, shapeClass, candidates, chosen } of dispatches.flatMap((d) => d.choices)) {
      if (variantName(family, chosen) === suspect) continue;
      const right = candidates.find((name) => this.#cleared.has(variantName(family, name)));
      if (right !== undefined) mixed.set(shapeClass, right);
    }
    return mixed;
  }

  /**
   * Runs the case with these choices.
   * @returns a description of the failure; undefined if the result is correct
   */
  async #try(choices: ReadonlyMap<string, string>): Promise<string | undefined> {
    const { item, graph } = this.#case;
    this.runs++;
    try {
      const target = { ...this.#target, choices };
      const got = await onGpu(this.#device, graph, this.#inputs, target);
      return firstFault(item, got, onOracle(graph, this.#inputs));
    } catch (error) {
      // A kernel that does not compile is rejected like one with wrong results.
      if (error instanceof DeviceError) return error.message.split('\n').slice(0, 3).join(' ');
      throw error;
    }
  }
}
