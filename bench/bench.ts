/** The bench itself, wherever there is WebGPU: opens contestants, measures limits and workloads. */
import type { TuningStore } from 'qkv';
import type { Contestant } from './contestant';
import { countGpuWork } from './counters';
import { type Limits, measureLimits } from './limits';
import { SLOW_ADAPTER } from './spec';
import { type Listener, runWorkload, type WorkloadResult } from './workload';
import { WORKLOADS } from './workloads';

export interface BenchAnswer {
  /** Contestant -> adapter. */
  readonly adapters: Readonly<Record<string, string>>;
  /** Why a peer takes no part at all. */
  readonly absent: Readonly<Record<string, string>>;
  readonly results: readonly WorkloadResult[];
}

let isCounting = false;

/** Counts all GPU work from here on, whoever does it. */
function startCounting(): void {
  if (!isCounting) countGpuWork();
  isCounting = true;
}

export interface BenchOptions {
  readonly listener?: Listener;
  /** WebGPU's entry point where it is not the page's own. */
  readonly gpu?: GPU;
  /** What was measured on the adapter, for contestants that can use it. */
  readonly tuning?: TuningStore | undefined;
  /** Timed runs of each contestant, where the workload's own number is not wanted. */
  readonly samples?: number | undefined;
}

/**
 * Runs workloads by their names, one after the other.
 * @param contestants name -> loads it; the first one is what the others are compared with
 * @throws Error when the first one cannot take part, or is wrong
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

/** What the adapter itself can do. */
export async function limits(listener: Listener = {}, gpu = navigator.gpu): Promise<Limits> {
  return measureLimits(gpu, (line) => listener.line?.(line));
}

/** The workloads of a run in which none is asked for by name. */
export function defaultWorkloads({ flopsPerSecond }: Limits): readonly string[] {
  const isSlow = flopsPerSecond < SLOW_ADAPTER;
  return WORKLOADS.filter(({ large = false }) => !(large && isSlow)).map(({ name }) => name);
}
