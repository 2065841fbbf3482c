/** Tunes for several subjects within a time limit, and saves the result after each. */

import type { Device, TuningStore } from 'qkv';
import { type ClassMeasurement, type Plan, type Startup, tune } from 'qkv/graph';

/** A subject of tuning: a task or model whose plans are tuned. */
export interface TuneSubject {
  readonly name: string;
  readonly startup: Startup;
  prepare(): Promise<{ readonly plans: readonly Plan[]; dispose?(): void }>;
}

export interface TuneInTurnOptions {
  readonly store: TuningStore;
  /** Time limit of the measurements. */
  readonly seconds: number;
  /** Whether to repeat known measurements. */
  readonly again?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called with the completed fraction, 0 to 1, and the name of the next measurement. */
  readonly onProgress?: (part: number, text: string) => void;
}

export interface TuningsInTurn {
  readonly measured: readonly ClassMeasurement[];
  /** Shape classes that were not measured within the time limit. */
  readonly left: readonly string[];
}

/**
 * Tunes, applies the result to the device and saves it to the store.
 * @throws AbortedError; results of completed subjects are saved
 */
export async function tuneInTurn(
  device: Device,
  subjects: readonly TuneSubject[],
  { store, seconds, again = false, signal, onProgress }: TuneInTurnOptions,
): Promise<TuningsInTurn> {
  const end = performance.now() + 1000 * seconds;
  const measured: ClassMeasurement[] = [];
  const left: string[] = [];
  for (const [i, { name, startup, prepare }] of subjects.entries()) {
    const prepared = await prepare();
    const tuning = tune(device, prepared.plans, {
      startup,
      again,
      ...(signal === undefined ? {} : { signal }),
      budgetMs: Math.max(0, end - performance.now()),
      onProgress: ({ done, total, shapeClass }) =>
        onProgress?.(
          (i + done / total) / subjects.length,
          `${name} ${done + 1}/${total}: ${shapeClass}`,
        ),
    });
    const result = await tuning.finally(() => prepared.dispose?.());
    measured.push(...result.measured);
    left.push(...result.left);
    device.useTuning(result.tuning);
    await store.save(device.adapterKey, result.tuning);
  }
  return { measured, left };
}
