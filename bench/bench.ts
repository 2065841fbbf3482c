/**
 * The bench, in a browser or in Node: opens contestants, and measures the adapter's limits and
 * workloads.
 */
import type { TuningStore } from 'qkv';
import type { Contestant } from './contestant';
import { countGpuWork } from './counters';
import { type Limits, measureLimits } from './limits';
import { SLOW_ADAPTER } from './spec';
import { type Listener, runWorkload, type WorkloadResult } from './workload';
import { WORKLOADS } from './workloads';

export interface BenchAnswer {
  /** Adapter of each contestant. */
  readonly adapters: Readonly<Record<string, string>>;
  /** Why a peer does not take part in the run. */
  readonly absent: Readonly<Record<string, string>>;
  readonly results: readonly WorkloadResult[];
}

let isCounting = false;

/** Starts counting all GPU work of all contestants. */
function startCounting(): void {
  if (!isCounting) countGpuWork();
  isCounting = true;
}

export interface BenchOptions {
  readonly listener?: Listener;
  /** The WebGPU entry point (default: the page's). */
  readonly gpu?: GPU;
  /** The adapter's tuning, for contestants that can use it. */
  readonly tuning?: TuningStore | undefined;
  /** Timed runs of each contestant (default: the workload's number). */
  readonly samples?: number | undefined;
}

/**
 * Runs workloads by name, one after the other.
 * @param contestants loaders by name; the others are compared with the first
 * @throws Error if the first one cannot take part, or its result is wrong
 */
export async function bench(
  workloads: readonly string[],
  contestants: ReadonlyMap<string, () => Promise<Contestant>>,
  { listener = {}, gpu, tuning, samples }: BenchOptions = {},
): Promise<BenchAnswer> {
  startCounting();
  const opened = new Map<string, Contestant>();
  const adapters: Record<string, string> = {};
  const absent: Record<string, string> = {};
  for (const [name, load] of contestants) {
    try {
      const contestant = await load();
      adapters[name] = await contestant.open(gpu, tuning);
      opened.set(name, contestant);
    } catch (error) {
      if (opened.size === 0) throw error;
      absent[name] = error instanceof Error ? error.message : String(error);
      listener.line?.(`${name}: ${absent[name]}`);
    }
  }
  const results: WorkloadResult[] = [];
  for (const workload of WORKLOADS.filter(({ name }) => workloads.includes(name))) {
    const chosen = samples === undefined ? workload : { ...workload, samples };
    results.push(await runWorkload(chosen, opened, listener));
  }
  return { adapters, absent, results };
}

/** Measures the adapter's limits. */
export async function limits(listener: Listener = {}, gpu = navigator.gpu): Promise<Limits> {
  return measureLimits(gpu, (line) => listener.line?.(line));
}

/** The workloads of a run without a selection. */
export function defaultWorkloads({ flopsPerSecond }: Limits): readonly string[] {
  const isSlow = flopsPerSecond < SLOW_ADAPTER;
  return WORKLOADS.filter(({ large = false }) => !(large && isSlow)).map(({ name }) => name);
}
