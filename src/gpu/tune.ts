/**
 * Measures which candidate is fastest on this device, for each class of shapes in some plans. Explicit and
 * never on first use: an app tunes when it chooses to, and keeps the result.
 */

import type { Dispatch } from '../compiler/dispatch/dispatch';
import { lowerPlan } from '../compiler/dispatch/lower';
import type { Plan } from '../compiler/plan/plan';
import { DeviceError, defined, throwIfAborted } from '../core/errors';
import { textHash } from '../core/textHash';
import type { Choice } from '../graph/choice';
import type { Startup } from '../graph/startup';
import type { Target } from '../graph/target';
import { allKernels } from '../ops/kernels';
import type { Device } from './device';
import { timePasses } from './passTimes';
import { scratchFor, sourcesOf, Trial, withCandidate } from './trial';
import { type MeasuredChoice, mergeTunings, type Tuning } from './tuning';

/** Progress of `tune`, in classes of shapes. */
export interface TuneProgress {
  readonly done: number;
  readonly total: number;
  readonly shapeClass: string;
}

/** What `tune` measures, and for how long. */
export interface TuneOptions {
  /** Time for all measurements in milliseconds; the classes left over keep their defaults. */
  readonly budgetMs?: number;
  /** The startup of the programs to measure for; 'balanced' by default. */
  readonly startup?: Startup;
  /** Whether to measure classes again whose kernels have not changed; false by default. */
  readonly again?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TuneProgress) => void;
}

/** The time of a candidate, or the reason why measuring it was stopped. */
export interface CandidateTime {
  readonly candidate: string;
  /** Median of one run of the step. */
  readonly milliseconds?: number;
  readonly dropped?: string;
}

/** The measurements for a class of shapes. */
export interface ClassMeasurement {
  readonly shapeClass: string;
  /** The default candidate first. */
  readonly times: readonly CandidateTime[];
  readonly chosen: string;
}

/** The result of `tune`. */
export interface TuneResult {
  /** The device's tuning with the new choices. */
  readonly tuning: Tuning;
  readonly measured: readonly ClassMeasurement[];
  /** Classes that were not measured in time. */
  readonly left: readonly string[];
}

const BUDGET_MILLISECONDS = 60_000;
/** Duration of a sample, for which a step is repeated: clocks are coarse. */
const SAMPLE_MILLISECONDS = 5;
const MAX_REPEATS = 1000;
const SAMPLES = 5;
/** A candidate whose first sample takes this multiple of the best is not measured further. */
const DROPPED_FROM = 2;
/** The default is kept unless another candidate takes at most this part of its time: less may be noise. */
const MAX_RATIO = 0.97;

interface Task {
  readonly plan: Plan;
  readonly step: number;
  readonly choice: Choice;
}

/**
 * Tunes the classes of shapes of the plans' steps. The device's tuning is not changed: pass the result to
 * `useTuning`, and to a store.
 * @throws AbortedError, DeviceLostError
 */
export async function tune(
  device: Device,
  plans: readonly Plan[],
  options: TuneOptions = {},
): Promise<TuneResult> {
  const { budgetMs = BUDGET_MILLISECONDS, startup = 'balanced', signal, onProgress } = options;
  const { choices: _, ...untuned } = device.target;
  const target: Target = { kernels: allKernels, ...untuned, startup };
  const tasks = [...tasksOf(plans, target).values()];
  const choices: Record<string, MeasuredChoice> = {};
  const measured: ClassMeasurement[] = [];
  const left: string[] = [];
  const start = performance.now();
  for (const [done, task] of tasks.entries()) {
    throwIfAborted(signal, 'tuning');
    const { shapeClass, candidates } = task.choice;
    onProgress?.({ done, total: tasks.length, shapeClass });
    const lowered = candidates.map((candidate): Candidate => {
      const dispatches = withCandidate(task.plan, task.step, target, shapeClass, candidate);
      return { candidate, dispatches };
    });
    const wgsl = textHash(lowered.map(({ dispatches }) => sourcesOf(dispatches)).join('\n'));
    if (options.again !== true && device.tuning.choices[shapeClass]?.wgsl === wgsl) continue;
    if (performance.now() - start > budgetMs) {
      left.push(shapeClass);
      continue;
    }
    const times = await measureTask(device, task, lowered);
    const chosen = chooseFastest(times);
    measured.push({ shapeClass, times, chosen });
    choices[shapeClass] = { candidate: chosen, wgsl };
  }
  const tuning = mergeTunings(device.tuning, { choices, verdicts: {} });
  return { tuning, measured, left };
}

/** The first step of each class that has several candidates. */
function tasksOf(plans: readonly Plan[], target: Target): ReadonlyMap<string, Task> {
  const tasks = new Map<string, Task>();
  for (const plan of plans) {
    for (const { step, choices } of lowerPlan(plan, target)) {
      for (const choice of choices) {
        if (choice.candidates.length < 2 || tasks.has(choice.shapeClass)) continue;
        tasks.set(choice.shapeClass, { plan, step, choice });
      }
    }
  }
  return tasks;
}

interface Candidate {
  readonly candidate: string;
  readonly dispatches: readonly Dispatch[];
}

interface Runner {
  readonly candidate: string;
  readonly trial: Trial;
  /** Milliseconds of one run, for each sample. */
  readonly samples: number[];
  repeats: number;
  dropped?: string;
}

async function measureTask(
  device: Device,
  { plan, step }: Task,
  candidates: readonly Candidate[],
): Promise<readonly CandidateTime[]> {
  const scratch = scratchFor(device, plan, step);
  const runners: Runner[] = [];
  const failed = new Map<string, string>();
  try {
    for (const { candidate, dispatches } of candidates) {
      try {
        const trial = await Trial.create(device, plan, dispatches, scratch);
        runners.push({ candidate, trial, samples: [], repeats: 1 });
      } catch (error) {
        // A kernel that this adapter rejects is not a candidate.
        if (!(error instanceof DeviceError)) throw error;
        failed.set(candidate, error.message.split('\n', 1).join(''));
      }
    }
    for (const runner of runners) await calibrate(device, runner);
    const best = Math.min(...runners.map(({ samples }) => median(samples)));
    for (const runner of runners) {
      if (median(runner.samples) > DROPPED_FROM * best) runner.dropped = 'much slower';
    }
    // Samples candidates in turn, so that a temporary slowdown of the machine affects all of them.
    for (let round = 1; round < SAMPLES; round++) {
      for (const runner of runners) {
        if (runner.dropped === undefined) runner.samples.push(await sample(device, runner));
      }
    }
    return candidates.map(({ candidate }): CandidateTime => {
      const runner = runners.find((one) => one.candidate === candidate);
      if (runner === undefined) return { candidate, dropped: failed.get(candidate) ?? '' };
      const { samples, dropped } = runner;
      const milliseconds = median(samples);
      return { candidate, milliseconds, ...(dropped === undefined ? {} : { dropped }) };
    });
  } finally {
    for (const { trial } of runners) trial.dispose();
    scratch.dispose();
  }
}

/** Finds the number of repeats for a sample; the first run only warms up. */
async function calibrate(device: Device, runner: Runner): Promise<void> {
  let each = await sample(device, runner);
  while (each * runner.repeats < SAMPLE_MILLISECONDS && runner.repeats < MAX_REPEATS) {
    const wanted = Math.ceil(SAMPLE_MILLISECONDS / Math.max(each, 1e-4));
    runner.repeats = Math.min(MAX_REPEATS, Math.max(2 * runner.repeats, wanted));
    each = await sample(device, runner);
  }
  runner.samples.push(each);
}

/** Milliseconds of one run of the step. */
async function sample(device: Device, { trial, repeats }: Runner): Promise<number> {
  const { milliseconds } = await timePasses(device, [(pass) => trial.encode(pass, repeats)]);
  return defined(milliseconds[0], 'time') / repeats;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const at = (i: number) => defined(sorted[i], 'sample');
  return (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
}

/** The fastest, or the default where nothing is clearly faster. */
export function chooseFastest(times: readonly CandidateTime[]): string {
  const [first] = times;
  const known = times.filter(({ milliseconds, dropped }) => milliseconds !== undefined && !dropped);
  const timeOf = ({ milliseconds = Number.POSITIVE_INFINITY }: CandidateTime) => milliseconds;
  const fastest = known.toSorted((a, b) => timeOf(a) - timeOf(b))[0];
  if (first === undefined) return '';
  if (fastest === undefined) return first.candidate;
  return timeOf(fastest) < MAX_RATIO * timeOf(first) ? fastest.candidate : first.candidate;
}
