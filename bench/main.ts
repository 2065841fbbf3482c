/**
 * The bench page. `tools/bench.ts` calls `window.qkvBench` in headless Chrome; contestants are
 * loaded only when they take part.
 */
import type { Contestant } from './contestant';
import { countGpuWork } from './dispatches';
import { WORKLOADS } from './spec';
import { runWorkload, type WorkloadResult } from './workload';

export interface BenchRequest {
  readonly workloads: readonly string[];
  /** In this order; peers are compared with the first. */
  readonly contestants: readonly string[];
}

export interface BenchAnswer {
  /** Contestant -> adapter. */
  readonly adapters: Readonly<Record<string, string>>;
  readonly results: readonly WorkloadResult[];
}

declare global {
  interface Window {
    qkvBench(request: BenchRequest): Promise<BenchAnswer>;
    /** Defined by the command, to show progress. */
    qkvProgress?(line: string): void;
  }
}

const loaders: ReadonlyMap<string, () => Promise<Contestant>> = new Map([
  ['qkv', async () => (await import('./contestants/qkv')).contestant],
  ['jax-js', async () => (await import('./contestants/jaxjs')).contestant],
  ['onnxruntime-web', async () => (await import('./contestants/onnxruntime')).contestant],
  ['tfjs', async () => (await import('./contestants/tfjs')).contestant],
]);

async function load(name: string): Promise<Contestant> {
  const loader = loaders.get(name);
  if (loader === undefined) {
    throw new Error(`no contestant '${name}'; known: ${[...loaders.keys()].join(', ')}`);
  }
  return loader();
}

async function bench({ workloads, contestants }: BenchRequest): Promise<BenchAnswer> {
  const report = (line: string) => window.qkvProgress?.(line);
  const loaded = new Map<string, Contestant>();
  const adapters: Record<string, string> = {};
  for (const name of contestants) {
    const contestant = await load(name);
    adapters[name] = await contestant.open();
    loaded.set(name, contestant);
  }
  const results: WorkloadResult[] = [];
  for (const workload of WORKLOADS.filter(({ name }) => workloads.includes(name))) {
    results.push(await runWorkload(workload, loaded, report));
  }
  return { adapters, results };
}

countGpuWork();
window.qkvBench = bench;
