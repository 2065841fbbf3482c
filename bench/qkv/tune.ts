/** Tunes for workloads: which kernels are fastest on this adapter for what they run. */
import type { Device } from '../../src/gpu/device';
import { type ClassMeasurement, tune } from '../../src/gpu/tune';
import type { TuningStore } from '../../src/gpu/tuning';
import type { Workload } from '../spec';
import { LONG_USE } from './plan';
import { prepareTask } from './prepare';

export interface TuneWorkloadsOptions {
  /** Where the result is kept, after each workload. */
  readonly store: TuningStore;
  /** Time for the measurements. */
  readonly seconds: number;
  /** Also what is known already. */
  readonly again?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (workload: string, done: number, total: number, shapeClass: string) => void;
}

export interface WorkloadsTuning {
  readonly measured: readonly ClassMeasurement[];
  /** Classes for which the time did not suffice. */
  readonly left: readonly string[];
}

/** Measures what the workloads' plans can choose from; the device takes and the store keeps the result. */
export async function tuneWorkloads(
  device: Device,
  workloads: readonly Workload[],
  { store, seconds, again = false, signal, onProgress }: TuneWorkloadsOptions,
): Promise<WorkloadsTuning> {
  const end = performance.now() + 1000 * seconds;
  const measured: ClassMeasurement[] = [];
  const left: string[] = [];
  for (const workload of workloads) {
    const prepared = await prepareTask(device, workload);
    const tuning = tune(device, prepared.plans, {
      ...LONG_USE,
      again,
      ...(signal === undefined ? {} : { signal }),
      budgetMs: Math.max(0, end - performance.now()),
      onProgress: ({ done, total, shapeClass }) =>
        onProgress?.(workload.name, done, total, shapeClass),
    });
    const result = await tuning.finally(() => prepared.dispose());
    measured.push(...result.measured);
    left.push(...result.left);
    device.useTuning(result.tuning);
    await store.save(device.adapterKey, result.tuning);
  }
  return { measured, left };
}
