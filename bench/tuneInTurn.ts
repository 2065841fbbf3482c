/** Tunes for one subject after the other within a time, and keeps the result after each. */

import type { Device, TuningStore } from 'qkv';
import { type ClassMeasurement, type Plan, type Startup, tune } from 'qkv/graph';

/** What is tuned for. */
export interface TuneSubject {
  readonly name: string;
  readonly startup: Startup;
  prepare(): Promise<{ readonly plans: readonly Plan[]; dispose?(): void }>;
}

export interface TuneInTurnOptions {
  readonly store: TuningStore;
  /** Time for the measurements. */
  readonly seconds: number;
  /** Also what is known already. */
  readonly again?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Part of the whole that is done, from 0 to 1, and what is measured next. */
  readonly onProgress?: (part: number, text: string) => void;
}

export interface TuningsInTurn {
  readonly measured: readonly ClassMeasurement[];
  /** Classes for which the time did not suffice. */
  readonly left: readonly string[];
}

/**
 * The device takes and the store keeps what was found.
 * @throws AbortedError; what was found for the subjects before is kept
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
