/**
 * What a recurrent cell computes after its products, element by element, in the forward and backward pass, in
 * PyTorch's gate order. `V` is a vec4 of neighbouring units, or one unit.
 */

/**
 * LSTM (Hochreiter and Schmidhuber 1997); GRU (Cho et al. 2014, in PyTorch's form with the reset gate after the
 * product); Elman networks with tanh or relu.
 */
export type CellName = 'lstm' | 'gru' | 'tanh' | 'relu';

/** The WGSL of a recurrent cell. */
export interface CellText {
  /** Rows of weights per unit: products of the state. */
  readonly gates: number;
  /** Whether a second value, the cell, is carried from step to step besides the state. */
  readonly cell: boolean;
  /** Values per unit that the backward pass reads. */
  readonly saved: number;
  /** Whether the gradients of the products of the input and of the state differ. */
  readonly splits: boolean;
  /**
   * Computes `hidden`, `cell_after` and the fields of `keep` from x0.. (products of the input), s0.. (products
   * of the state), `before` and `cell_before`.
   */
  readonly forward: string;
  /**
   * Computes d0.. (gradients of the products of the state), `dx..` (of the input, where those differ), `direct`
   * (the part of the gradient of the state before the step that goes through no product) and `dc_before`, from
   * the saved values k0.., the gradient `dh` of the state and `dc` of the cell.
   */
  readonly backward: string;
}

const lstm: CellText = {
  gates: 4,
  cell: true,
  saved: 5,
  splits: false,
  forward: `
  let keep0 = sigmoid(x0 + s0);
  let keep1 = sigmoid(x1 + s1);
  let keep2 = safe_tanh(x2 + s2);
  let keep3 = sigmoid(x3 + s3);
  let keep4 = cell_before;
  let cell_after = keep1 * cell_before + keep0 * keep2;
  let hidden = keep3 * safe_tanh(cell_after);`,
  backward: `
  let squashed = safe_tanh(k1 * k4 + k0 * k2);
  let dcell = dc + dh * k3 * (1.0 - squashed * squashed);
  let d0 = dcell * k2 * k0 * (1.0 - k0);
  let d1 = dcell * k4 * k1 * (1.0 - k1);
  let d2 = dcell * k0 * (1.0 - k2 * k2);
  let d3 = dh * squashed * k3 * (1.0 - k3);
  let dc_before = dcell * k1;
  let direct = V();`,
};

const gru: CellText = {
  gates: 3,
  cell: false,
  saved: 5,
  splits: true,
  forward: `
  let keep0 = sigmoid(x0 + s0);
  let keep1 = sigmoid(x1 + s1);
  let keep2 = safe_tanh(x2 + keep0 * s2);
  let keep3 = s2;
  let keep4 = before;
  let hidden = keep2 + keep1 * (before - keep2);`,
  backward: `
  let dx2 = dh * (1.0 - k1) * (1.0 - k2 * k2);
  let dx1 = dh * (k4 - k2) * k1 * (1.0 - k1);
  let dx0 = dx2 * k3 * k0 * (1.0 - k0);
  let d0 = dx0;
  let d1 = dx1;
  let d2 = dx2 * k0;
  let direct = dh * k1;`,
};

const elman = (forward: string, backward: string): CellText => ({
  gates: 1,
  cell: false,
  saved: 1,
  splits: false,
  forward: `
  let hidden = ${forward};
  let keep0 = hidden;`,
  backward: `
  let d0 = ${backward};
  let direct = V();`,
});

/** The recurrent cells that have kernels, by name. */
export const cells: Readonly<Record<CellName, CellText>> = {
  lstm,
  gru,
  tanh: elman('safe_tanh(x0 + s0)', 'dh * (1.0 - k0 * k0)'),
  relu: elman('max(x0 + s0, V())', 'select(V(), dh, k0 > V())'),
};

/** sigmoid and tanh over V; lib/functions explains the clamps. */
export const cellFunctions = `
fn sigmoid(x: V) -> V { return 1.0 / (1.0 + exp(-clamp(x, V(-80.0), V(80.0)))); }
fn safe_tanh(x: V) -> V {
  return select(tanh(clamp(x, V(-10.0), V(10.0))), x - x * x * x / 3.0, abs(x) < V(0.01));
}`;
