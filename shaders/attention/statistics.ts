/**
 * What the forward pass saves of each row of scores for the gradient. Without biases it is the log-sum-exp.
 * With a bias of -1e9 the logarithm of the sum would be lost to rounding; where all keys of a row have such a
 * bias the weights depend on it, so the largest score and the logarithm are saved separately.
 */
import type { AttentionSpec } from './spec';

export interface KeptStatistics {
  /** WGSL type of what the forward pass saves of a row, and the count of its components. */
  readonly kept: string;
  readonly keptSize: 1 | 2;
  /** The saved value, from a row's largest score and its sum of exponentials. */
  keep(largest: string, total: string): string;
}

/** The statistics that the gradient kernels read. */
export interface RowStatistics {
  /** WGSL type of a row's statistics, including delta = y . dy, and the count of its components. */
  readonly row: string;
  readonly rowSize: 2 | 4;
  /** The statistics of a row, from the saved value and delta. */
  join(kept: string, delta: string): string;
  /** What is subtracted from the row's scores before exp. */
  subtrahend(row: string): string;
  /** The component of delta. */
  readonly delta: 'y' | 'z';
}

const KEPT_ONE: KeptStatistics = {
  kept: 'f32',
  keptSize: 1,
  keep: (largest, total) => `select(0.0, ${largest} + log(${total}), ${total} > 0.0)`,
};

const KEPT_TWO: KeptStatistics = {
  kept: 'vec2<f32>',
  keptSize: 2,
  keep: (largest, total) =>
    `select(vec2<f32>(), vec2<f32>(${largest}, log(${total})), ${total} > 0.0)`,
};

const ONE: RowStatistics = {
  row: 'vec2<f32>',
  rowSize: 2,
  join: (kept, delta) => `vec2<f32>(${kept}, ${delta})`,
  subtrahend: (row) => `${row}.x`,
  delta: 'y',
};

const TWO: RowStatistics = {
  row: 'vec4<f32>',
  rowSize: 4,
  join: (kept, delta) => `vec4<f32>(${kept}, ${delta}, 0.0)`,
  // Two subtractions, the larger number first.
  subtrahend: (row) => `${row}.x - ${row}.y`,
  delta: 'z',
};

export function keptOf({ bias }: Pick<AttentionSpec, 'bias'>): KeptStatistics {
  return bias === false ? KEPT_ONE : KEPT_TWO;
}

export function statisticsOf({ bias }: Pick<AttentionSpec, 'bias'>): RowStatistics {
  return bias === false ? ONE : TWO;
}
