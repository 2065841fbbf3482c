/** What every contestant implements, in a folder of its own under contestants/. */
import type { Task } from './spec';

/** A workload with everything uploaded and traced; compiled at the first run at the latest. */
export interface Prepared {
  /**
   * One run, waited for by reading numbers back: of a transformer's forward pass the sum of all logits
   * of each sentence [batch], of a layer all its states [batch, length, hidden] or the sums of the
   * gradients of its weights' rows, of a training step the mean cross-entropy before the update.
   */
  run(): Promise<Float32Array>;
  /** What contestants must agree on after a run, where that is not what a run gives. Not timed. */
  values?(): Promise<Float32Array>;
  dispose(): void;
}

export interface Contestant {
  /** Opens the device. Not timed. @returns the adapter's name */
  open(): Promise<string>;
  /** @returns undefined for a task that it takes no part in */
  prepare(task: Task): Promise<Prepared> | undefined;
}
