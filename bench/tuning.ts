/** Tuning in a page, saved by `npm run tune` if it drives the page, else by the browser. */
import { parseTuning, type TuningStore, tuningStore } from 'qkv';
import { LONG_USE } from './spec';
import type { TuningsInTurn } from './tuneInTurn';
import { WORKLOADS } from './workloads';

declare global {
  interface Window {
    /** Defined by a command that keeps tunings: JSON texts by the adapter's key. */
    qkvLoadTuning?(adapterKey: string): Promise<string | undefined>;
    qkvSaveTuning?(adapterKey: string, json: string): Promise<void>;
  }
}

/** The store of this page's tunings. */
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

/** Tunes the device of qkv's contestant, which then uses the result. */
export async function tuneInPage(
  { workloads, seconds, again = false }: TuneRequest,
  onProgress: (part: number, text: string) => void,
  signal?: AbortSignal,
): Promise<TuningsInTurn> {
  const store = pageTunings();
  const { contestant, device } = await import('./qkv');
  const [{ prepareTask }, { tuneInTurn }] = await Promise.all([
    import('./qkv/prepare'),
    import('./tuneInTurn'),
  ]);
  await contestant.open(undefined, store);
  const subjects = WORKLOADS.filter(({ name }) => workloads.includes(name)).map((workload) => ({
    name: workload.name,
    ...LONG_USE,
    prepare: () => prepareTask(device(), workload),
  }));
  return tuneInTurn(device(), subjects, { store, seconds, again, signal, onProgress });
}
