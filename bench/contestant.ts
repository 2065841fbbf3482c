/**
 * The interface of contestants: qkv's implementation is in qkv/, and each peer's in a folder of
 * peers/.
 */
import type { TuningStore } from 'qkv';
import type { Task } from './spec';

/** A task whose parameters are on the device. It is compiled by its first run at the latest. */
export interface Prepared {
  /** Runs the task once and reads its result back. */
  run(): Promise<Float32Array>;
  /** Values on which contestants must agree, if they differ from the result of a run. Not timed. */
  values?(): Promise<Float32Array>;
  dispose(): void;
}

export interface Contestant {
  /**
   * Opens the device. Not timed.
   * @param gpu the WebGPU entry point (default: the page's)
   * @param tuning the adapter's tuning, for contestants that can use it
   * @returns the adapter's name
   */
  open(gpu?: GPU, tuning?: TuningStore): Promise<string>;
  /** Prepares a task. @returns undefined for a task that it does not support */
  prepare(task: Task): Promise<Prepared> | undefined;
}
