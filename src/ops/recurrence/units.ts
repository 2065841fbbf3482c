/** One unit of a recurrent cell in float64 for the references, by PyTorch's formulas. */
import type { RecurrenceAttrs } from './attrs';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** State and cell after a step, and the values saved for the gradient. */
export interface Unit {
  readonly hidden: number;
  readonly cell: number;
  readonly kept: readonly number[];
}

/** One step of a unit, from the products x of the input and s of the state for each gate. */
export function unitStep(
  cell: RecurrenceAttrs['cell'],
  x: (gate: number) => number,
  s: (gate: number) => number,
  before: number,
  cellBefore: number,
): Unit {
  switch (cell) {
    case 'lstm': {
      const i = sigmoid(x(0) + s(0));
      const f = sigmoid(x(1) + s(1));
      const g = Math.tanh(x(2) + s(2));
      const o = sigmoid(x(3) + s(3));
      const c = f * cellBefore + i * g;
      return { hidden: o * Math.tanh(c), cell: c, kept: [i, f, g, o, cellBefore] };
    }
    case 'gru': {
      const r = sigmoid(x(0) + s(0));
      const z = sigmoid(x(1) + s(1));
      const n = Math.tanh(x(2) + r * s(2));
      return { hidden: (1 - z) * n + z * before, cell: 0, kept: [r, z, n, s(2), before] };
    }
    case 'tanh': {
      const hidden = Math.tanh(x(0) + s(0));
      return { hidden, cell: 0, kept: [hidden] };
    }
    case 'relu': {
      const hidden = Math.max(0, x(0) + s(0));
      return { hidden, cell: 0, kept: [hidden] };
    }
    default:
      return cell satisfies never;
  }
}
