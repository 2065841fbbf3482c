/** What every contestant implements: ours in qkv/, each peer in a folder of its own under peers/. */
import type { TuningStore } from 'qkv';
import type { Task } from './spec';

/** A task with its weights on the device; compiled at the first run at the latest. */
export interface Prepared {
  /** One run, waited for by reading the task's result back. */
  run(): Promise<Float32Array>;
  /** What contestants must agree on after a run, where that is not what a run gives. Not timed. */
  values?(): Promise<Float32Array>;
  dispose(): void;
}

export interface Contestant {
  /**
   * Opens the device. Not timed.
   * @param gpu WebGPU's entry point where it is not the page's own
   * @param tuning what was measured on the adapter, for who can use it
   * @returns the adapter's name
   */
  open(gpu?: GPU, tuning?: TuningStore): Promise<string>;
  /** @returns undefined for a task that it takes no part in */
  prepare(task: Task): Promise<Prepared> | undefined;
}
