/** What every contestant implements, in a folder of its own under contestants/. */
import type { BenchData } from './data';
import type { ModelSpec } from './spec';

/** A workload with everything uploaded and traced; compiled at the first run at the latest. */
export interface Prepared {
  /**
   * One run, waited for by reading a few numbers back: of a forward pass the sum of all logits of
   * each sentence [batch], of a training step the mean cross-entropy before the update.
   */
  run(): Promise<Float32Array>;
  /** Logits [batch, length, vocabulary] of the last forward run. Not timed. */
  logits(): Promise<Float32Array>;
  dispose(): void;
}

export interface Contestant {
  /** Opens the device. Not timed. @returns the adapter's name */
  open(): Promise<string>;
  /** Computes logits of a batch; all of them are kept on the device. */
  forward(spec: ModelSpec, data: BenchData): Promise<Prepared>;
  /** Each run is one step of Adam on the same batch. */
  training(spec: ModelSpec, data: BenchData): Promise<Prepared>;
}
