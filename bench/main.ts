/** The page's own part of the bench: how its contestants are loaded, and what the command calls. */
import { type BenchAnswer, bench, defaultWorkloads, limits } from './bench';
import type { Contestant } from './contestant';
import type { Limits } from './limits';
import type { Listener } from './workload';

export interface BenchRequest {
  readonly workloads: readonly string[];
  /** In this order; the others are compared with the first. */
  readonly contestants: readonly string[];
}

declare global {
  interface Window {
    qkvBench?: {
      run(request: BenchRequest): Promise<BenchAnswer>;
      limits(): Promise<Limits>;
      defaultWorkloads(limits: Limits): readonly string[];
    };
    /** Defined by the command, to show progress. */
    qkvProgress?(line: string): void;
  }
}

export const OURS = 'qkv';

/** Ours is part of the page; a peer is loaded from beside it, where it is installed. */
async function load(name: string): Promise<Contestant> {
  if (name === OURS) return (await import('./qkv')).contestant;
  const url = new URL(`peers/${name}/index.ts`, document.baseURI).href;
  const module: { readonly contestant: Contestant } = await import(/* @vite-ignore */ url);
  return module.contestant;
}

export function runBench(request: BenchRequest, listener: Listener): Promise<BenchAnswer> {
  const contestants = request.contestants.map((name) => [name, () => load(name)] as const);
  return bench(request.workloads, new Map(contestants), listener);
}

const teller: Listener = { line: (text) => window.qkvProgress?.(text) };

window.qkvBench = {
  run: (request) => runBench(request, teller),
  limits: () => limits(teller),
  defaultWorkloads,
};
