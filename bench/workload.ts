/** Runs one workload: every contestant prepared, compared, warmed up, then measured in turn. */
import { isPlausible, relativeDifference } from './compare';
import type { Contestant, Prepared } from './contestant';
import { gpuCounts } from './dispatches';
import { roundRobin, summarise, type Timing } from './measure';
import type { Workload } from './spec';

export interface ContestantResult extends Timing {
  /** Preparation and the first run: tracing, compiling, uploading. */
  readonly firstMs: number;
  /** Of one run. */
  readonly dispatches: number;
  readonly submits: number;
}

export interface WorkloadResult {
  readonly workload: string;
  readonly results: Readonly<Record<string, ContestantResult>>;
  /** Largest relative difference of a peer's result from the first contestant's. */
  readonly differences: Readonly<Record<string, number>>;
}

interface Runner {
  readonly name: string;
  readonly prepared: Prepared;
  readonly firstMs: number;
  /** What the contestants must agree on. */
  readonly values: Float32Array;
}

/** Steps after which training losses are compared. */
const COMPARED_STEPS = 3;
/** Runs before the measured ones, of which the first is timed apart. */
const WARM_UP = 3;

/**
 * @param contestants the first one is what peers are compared with
 * @throws Error when they compute different things: their times would mean nothing
 */
export async function runWorkload(
  workload: Workload,
  contestants: ReadonlyMap<string, Contestant>,
  report: (line: string) => void,
): Promise<WorkloadResult> {
  const runners: Runner[] = [];
  try {
    for (const [name, contestant] of contestants) {
      report(`${workload.name}: ${name} prepares`);
      const runner = await prepare(workload, name, contestant);
      if (runner !== undefined) runners.push(runner);
    }
    const differences = compare(workload, runners);
    report(`${workload.name}: measuring`);
    const runs = new Map(runners.map(({ name, prepared }) => [name, () => prepared.run()]));
    await roundRobin(runs, WARM_UP - 1);
    const times = await roundRobin(runs, workload.samples);
    const results: Record<string, ContestantResult> = {};
    for (const { name, prepared, firstMs } of runners) {
      const counts = await gpuCounts(() => prepared.run());
      results[name] = { ...summarise(times.get(name) ?? []), firstMs, ...counts };
    }
    return { workload: workload.name, results, differences };
  } finally {
    for (const { prepared } of runners) prepared.dispose();
  }
}

async function prepare(
  workload: Workload,
  name: string,
  contestant: Contestant,
): Promise<Runner | undefined> {
  const start = performance.now();
  const prepared = await contestant.prepare(workload);
  if (prepared === undefined) return undefined;
  const first = await prepared.run();
  const firstMs = performance.now() - start;
  if (prepared.values !== undefined) {
    return { name, prepared, firstMs, values: await prepared.values() };
  }
  if (!isTraining(workload)) return { name, prepared, firstMs, values: first };
  const losses = [...first];
  for (let step = 1; step < COMPARED_STEPS; step++) losses.push(...(await prepared.run()));
  return { name, prepared, firstMs, values: Float32Array.from(losses) };
}

/** Whether runs differ because each moves the weights on. */
function isTraining({ kind }: Workload): boolean {
  return kind === 'transformer-training' || kind === 'seq2seq-training';
}

function compare(
  { name: workload, tolerance }: Workload,
  [first, ...peers]: readonly Runner[],
): Record<string, number> {
  const differences: Record<string, number> = {};
  if (first === undefined) return differences;
  if (!isPlausible(first.values)) throw new Error(`${workload}: ${first.name} gives no result`);
  for (const { name, values } of peers) {
    const difference = relativeDifference(values, first.values);
    differences[name] = difference;
    if (difference <= tolerance) continue;
    const some = (list: Float32Array) => Array.from(list.slice(0, 4)).join(', ');
    throw new Error(
      `${workload}: ${name} and ${first.name} differ by ${difference} of the largest value, more ` +
        `than ${tolerance}: ${some(values)} ... against ${some(first.values)} ...`,
    );
  }
  return differences;
}
