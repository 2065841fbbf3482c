/** The bench in a page, and the interface that `npm run bench` calls. */
import { type BenchAnswer, bench, defaultWorkloads, limits } from './bench';
import type { Contestant } from './contestant';
import type { Limits } from './limits';
import { OURS } from './names';
import type { TuningsInTurn } from './tuneInTurn';
import { pageTunings, type TuneRequest, tuneInPage } from './tuning';
import type { Listener } from './workload';

export interface BenchRequest {
  readonly workloads: readonly string[];
  /** Contestants in order; the others are compared with the first. */
  readonly contestants: readonly string[];
  /** Timed runs of each contestant (default: the workload's number). */
  readonly samples?: number | undefined;
}

declare global {
  interface Window {
    qkvBench?: {
      run(request: BenchRequest): Promise<BenchAnswer>;
      tune(request: TuneRequest): Promise<TuningsInTurn>;
      limits(): Promise<Limits>;
      defaultWorkloads(limits: Limits): readonly string[];
    };
    /** Defined by the command, to show progress. */
    qkvProgress?(line: string): void;
  }
}

/** Loaders of contestants by name. Installed peers register themselves. */
export const contestants = new Map<string, () => Promise<Contestant>>([
  [OURS, async () => (await import('./qkv')).contestant],
]);

export function runBench(request: BenchRequest, listener: Listener): Promise<BenchAnswer> {
  const chosen = request.contestants.map((name) => {
    const load = contestants.get(name);
    if (load !== undefined) return [name, load] as const;
    throw new Error(`no contestant '${name}' here; known: ${[...contestants.keys()].join(', ')}`);
  });
  const tuning = pageTunings();
  return bench(request.workloads, new Map(chosen), { listener, tuning, samples: request.samples });
}

const teller: Listener = { line: (text) => window.qkvProgress?.(text) };

window.qkvBench = {
  run: (request) => runBench(request, teller),
  tune: (request) => tuneInPage(request, (_, text) => teller.line?.(text)),
  limits: () => limits(teller),
  defaultWorkloads,
};
