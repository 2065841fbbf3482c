/** Tuning in a page: kept by the command where there is one, else by the browser. */
import { parseTuning, type TuningStore } from '../src/gpu/tuning';
import { tuningStore } from '../src/tasks/tuningStore';
import { OURS } from './names';
import type { WorkloadsTuning } from './qkv/tune';
import { WORKLOADS } from './workloads';

declare global {
  interface Window {
    /** Defined by a command that keeps tunings: JSON texts by the adapter's key. */
    qkvLoadTuning?(adapterKey: string): Promise<string | undefined>;
    qkvSaveTuning?(adapterKey: string, json: string): Promise<void>;
  }
}

/** Where this page's tunings are kept. */
export function pageTunings(): TuningStore {
  const { qkvLoadTuning: load, qkvSaveTuning: save } = window;
  if (load === undefined || save === undefined) return tuningStore();
  return {
    async load(adapterKey) {
      const text = await load(adapterKey);
      return text === undefined ? undefined : parseTuning(text);
    },
    save: (adapterKey, tuning) => save(adapterKey, JSON.stringify(tuning)),
  };
}

export interface TuneRequest {
  readonly workloads: readonly string[];
  readonly seconds: number;
  readonly again?: boolean;
}

/** Part of the whole that is done, from 0 to 1, and what is measured next. */
type OnProgress = (part: number, text: string) => void;

/** Tunes on the device that our own contestant works on from then on. */
export async function tuneInPage(
  { workloads, seconds, again = false }: TuneRequest,
  signal: AbortSignal | undefined,
  onProgress: OnProgress,
): Promise<WorkloadsTuning> {
  const store = pageTunings();
  const { contestant, device } = await import('./qkv');
  const { tuneWorkloads } = await import('./qkv/tune');
  await contestant.open(undefined, store);
  const chosen = WORKLOADS.filter(({ name }) => workloads.includes(name));
  return tuneWorkloads(device(), chosen, {
    store,
    seconds,
    again,
    signal,
    onProgress: (workload, done, total, shapeClass) => {
      const before = chosen.findIndex(({ name }) => name === workload);
      const text = `${OURS} tunes for ${workload} ${done + 1}/${total}: ${shapeClass}`;
      onProgress((before + done / total) / chosen.length, text);
    },
  });
}
