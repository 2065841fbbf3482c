/** Tables of cosines and sines, computed in float64 and shared by all layers with the same options. */
import type { Tensor } from '../../graph/op';
import { constantTensor } from '../../graph/source';

export interface TableOptions {
  /** Number of positions: 0, step, 2 step and so on. */
  readonly rows: number;
  readonly step: number;
  readonly frequencies: readonly number[];
  readonly interleaved: boolean;
}

/** Tables that are still in use, so that all layers of a model share one: a plan uploads each constant once. */
const tables = new Map<string, WeakRef<Tensor>>();

/**
 * A table with one row per position: the cosine of each rotated channel, then the factor of its partner, which
 * is the sine, negative for the first channel of a pair.
 * @returns [rows, 4 * frequencies]
 */
export function angleTable(options: TableOptions): Tensor {
  const { rows, step, frequencies, interleaved } = options;
  const key = `${rows} ${step} ${interleaved} ${frequencies}`;
  const known = tables.get(key)?.deref();
  if (known !== undefined) return known;
  const pairs = frequencies.length;
  const channels = 2 * pairs;
  const data = new Float64Array(rows * 2 * channels);
  for (let row = 0; row < rows; row++) {
    frequencies.forEach((frequency, i) => {
      const angle = row * step * frequency;
      const [first, second] = interleaved ? [2 * i, 2 * i + 1] : [i, pairs + i];
      const at = row * 2 * channels;
      data[at + first] = Math.cos(angle);
      data[at + second] = Math.cos(angle);
      data[at + channels + first] = -Math.sin(angle);
      data[at + channels + second] = Math.sin(angle);
    });
  }
  const table = constantTensor({ shape: [rows, 2 * channels], data });
  tables.set(key, new WeakRef(table));
  return table;
}
