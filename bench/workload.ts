/**
 * Runs one workload: prepares, checks and warms up every contestant, then times them round-robin.
 */
import { isPlausible, relativeDifference } from './agreement';
import type { Contestant, Prepared } from './contestant';
import { atWork, type GpuCounts, gpuCounts, takePeakBytes } from './counters';
import { roundRobin, summarise, type Timing } from './measure';
import { type Reference, reference, taken } from './reference';
import type { Workload } from './spec';

export interface ContestantResult extends Timing, Omit<GpuCounts, 'pipelines'> {
  /** Time of preparation: tracing, uploading, and compiling before the first run. */
  readonly prepareMs: number;
  /** Time of preparation and first run. */
  readonly firstMs: number;
  /** Pipelines created by preparation and first run. */
  readonly pipelines: number;
  /** Peak bytes of its buffers; 0 for work in WebAssembly. */
  readonly peakBytes: number;
}

export interface WorkloadResult {
  readonly workload: string;
  readonly results: Readonly<Record<string, ContestantResult>>;
  /**
   * Largest relative difference from the float64 reference or, without one, from the first
   * contestant.
   */
  readonly differences: Readonly<Record<string, number>>;
  /** Why a peer was not measured: it failed, or its result was wrong. */
  readonly failures: Readonly<Record<string, string>>;
}

/** Intermediate results. */
export interface Round {
  readonly workload: string;
  readonly done: number;
  readonly samples: number;
}

export interface Listener {
  /** Called when a phase begins. */
  line?(text: string): void;
  round?(round: Round): void;
}

interface Runner {
  readonly name: string;
  readonly prepared: Prepared;
  readonly prepareMs: number;
  readonly firstMs: number;
  readonly pipelines: number;
  /** The values on which contestants must agree. */
  readonly values: Float32Array;
}

/** Number of training steps after which losses are compared. */
const COMPARED_STEPS = 3;
/** Warm-up runs, of which the first is timed separately. */
const WARM_UP = 3;

/**
 * Measures a workload.
 * @param contestants peers are compared with the first
 * @throws Error if the first one fails or its result is wrong
 */
export async function runWorkload(
  workload: Workload,
  contestants: ReadonlyMap<string, Contestant>,
  listener: Listener = {},
): Promise<WorkloadResult> {
  const { name: title, samples, per } = workload;
  const differences: Record<string, number> = {};
  const failures: Record<string, string> = {};
  const expected = reference(workload);
  const runners: Runner[] = [];
  try {
    for (const [name, contestant] of contestants) {
      listener.line?.(`${title}: ${name} prepares`);
      try {
        const runner = await prepare(workload, name, contestant);
        if (runner === undefined) continue;
        differences[name] = check(workload, runner, expected, runners[0]);
        runners.push(runner);
      } catch (error) {
        if (runners.length === 0) throw error;
        failures[name] = error instanceof Error ? error.message : String(error);
        listener.line?.(`${title}: ${failures[name]}`);
      }
    }
    listener.line?.(`${title}: measuring`);
    const runs = new Map(runners.map((runner) => [runner.name, () => turn(runner)]));
    await roundRobin(runs, WARM_UP - 1);
    const times = await roundRobin(runs, samples, (done) =>
      listener.round?.({ workload: title, done, samples }),
    );
    const results: Record<string, ContestantResult> = {};
    for (const runner of runners) {
      const { name, prepareMs, firstMs, pipelines } = runner;
      const { counts } = await gpuCounts(() => turn(runner));
      const timing = summarise(times.get(name) ?? [], per?.count);
      const peakBytes = takePeakBytes(name);
      results[name] = { ...timing, ...counts, prepareMs, firstMs, pipelines, peakBytes };
    }
    return { workload: title, results, differences, failures };
  } finally {
    for (const { prepared } of runners) prepared.dispose();
  }
}

function turn({ name, prepared }: Runner): Promise<Float32Array> {
  atWork(name);
  return prepared.run();
}

async function prepare(
  workload: Workload,
  name: string,
  contestant: Contestant,
): Promise<Runner | undefined> {
  atWork(name);
  takePeakBytes(name);
  const start = performance.now();
  let prepareMs = 0;
  const { value, counts } = await gpuCounts(async () => {
    const prepared = await contestant.prepare(workload);
    prepareMs = performance.now() - start;
    return prepared && { prepared, first: await prepared.run() };
  });
  if (value === undefined) return undefined;
  const firstMs = performance.now() - start;
  const { prepared, first } = value;
  const runner = { name, prepared, prepareMs, firstMs, pipelines: counts.pipelines };
  if (prepared.values !== undefined) return { ...runner, values: await prepared.values() };
  if (!isTraining(workload)) return { ...runner, values: first };
  const losses = [...first];
  for (let step = 1; step < COMPARED_STEPS; step++) losses.push(...(await prepared.run()));
  return { ...runner, values: Float32Array.from(losses) };
}

/** Whether successive runs differ, because each updates the parameters. */
function isTraining({ kind }: Workload): boolean {
  return kind === 'transformer-training' || kind === 'seq2seq-training';
}

/** @returns the relative difference  @throws Error when it is too large */
function check(
  { name: workload, tolerance }: Workload,
  { name, values, prepared }: Runner,
  expected: Reference | undefined,
  first: Runner | undefined,
): number {
  const got = expected === undefined ? values : taken(values, expected);
  const want = expected?.values ?? first?.values ?? values;
  const difference = relativeDifference(got, want);
  if (isPlausible(values) && difference <= tolerance) return difference;
  prepared.dispose();
  const some = (list: ArrayLike<number>) => Array.from(list).slice(0, 4).join(', ');
  const other = expected === undefined ? (first?.name ?? name) : 'the float64 reference';
  throw new Error(
    `${workload}: ${name} differs from ${other} by ${difference} of the largest value, more ` +
      `than ${tolerance}: ${some(got)} ... against ${some(want)} ...`,
  );
}
