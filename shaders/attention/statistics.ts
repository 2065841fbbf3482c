/**
 * What the forward pass keeps of a row of scores for the gradient. Without biases it is the
 * log-sum-exp. Beside a bias of -1e9 the logarithm of the sum would be rounded away, and where all
 * keys of a row have such a bias the weights depend on it: largest score and logarithm are kept apart.
 */
import type { AttentionSpec } from './spec';

export interface KeptStatistics {
  /** WGSL type of a row as the forward pass keeps it, and numbers of it. */
  readonly kept: string;
  readonly keptSize: 1 | 2;
  /** What is kept of a row's largest score and its sum of exponentials. */
  keep(largest: string, total: string): string;
}

/** What the gradient makes of it. */
export interface RowStatistics {
  /** WGSL type of a row with delta = y . dy, and numbers of it. */
  readonly row: string;
  readonly rowSize: 2 | 4;
  /** The row's statistics from what was kept and delta. */
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
  // Two subtractions, the larger first.
  subtrahend: (row) => `${row}.x - ${row}.y`,
  delta: 'z',
};

export function keptOf({ bias }: Pick<AttentionSpec, 'bias'>): KeptStatistics {
  return bias === false ? KEPT_ONE : KEPT_TWO;
}

export function statisticsOf({ bias }: Pick<AttentionSpec, 'bias'>): RowStatistics {
  return bias === false ? ONE : TWO;
}
