/**
 * What the forward pass keeps of a row of scores for the gradient. Without biases it is the
 * log-sum-exp. Beside a bias of -1e9 the logarithm of the sum would be rounded away, and where all
 * keys of a row have such a bias the weights depend on it: largest score and logarithm are kept apart.
 */
import type { AttentionSpec } from './spec';

export interface Statistics {
  /** WGSL types of a row: as the forward pass keeps it, and with delta = y . dy. */
  readonly kept: string;
  readonly row: string;
  /** Numbers of each. */
  readonly keptSize: 1 | 2;
  readonly rowSize: 2 | 4;
  /** What is kept of a row's largest score and its sum of exponentials. */
  keep(largest: string, total: string): string;
  /** The row's statistics from what was kept and delta. */
  join(kept: string, delta: string): string;
  /** What is subtracted from the row's scores before exp. */
  subtrahend(row: string): string;
  /** The component of delta. */
  readonly delta: 'y' | 'z';
}

const ONE: Statistics = {
  kept: 'f32',
  row: 'vec2<f32>',
  keptSize: 1,
  rowSize: 2,
  keep: (largest, total) => `select(0.0, ${largest} + log(${total}), ${total} > 0.0)`,
  join: (kept, delta) => `vec2<f32>(${kept}, ${delta})`,
  subtrahend: (row) => `${row}.x`,
  delta: 'y',
};

const TWO: Statistics = {
  kept: 'vec2<f32>',
  row: 'vec4<f32>',
  keptSize: 2,
  rowSize: 4,
  keep: (largest, total) =>
    `select(vec2<f32>(), vec2<f32>(${largest}, log(${total})), ${total} > 0.0)`,
  join: (kept, delta) => `vec4<f32>(${kept}, ${delta}, 0.0)`,
  // Two subtractions, the larger first.
  subtrahend: (row) => `${row}.x - ${row}.y`,
  delta: 'z',
};

export function statisticsOf({ bias }: Pick<AttentionSpec, 'bias'>): Statistics {
  return bias === false ? ONE : TWO;
}
