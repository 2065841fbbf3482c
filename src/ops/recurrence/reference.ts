/** Float64 reference of recurrent layers: PyTorch's formulas, one unit at a time. */
import { defined } from '../../core/errors';
import type { NdArray } from '../../core/ndArray';
import type { ReferenceCall } from '../../graph/op';
import { inputNames, named, outputNames, type RecurrenceAttrs } from './attrs';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** State and cell after a step, and what is kept for the gradient. */
export interface Unit {
  readonly hidden: number;
  readonly cell: number;
  readonly kept: readonly number[];
}

/** A unit's step from the products x of the input and s of the state, gate by gate. */
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

export function recurrenceReference(call: ReferenceCall<RecurrenceAttrs>): void {
  const { attrs } = call;
  const from = named(inputNames(attrs), call.inputs);
  const to = named(outputNames(attrs), call.outputs);
  const need = (array: NdArray | undefined) => defined(array, 'array');
  const [x, weight] = [need(from('x')), need(from('weight'))];
  const [y, states] = [need(to('y')), need(to('states'))];
  const [cells, previous, kept] = [to('cell'), to('previous'), to('kept')];
  const [bias, lengths] = [from('bias'), from('lengths')];
  const [batch, length, size] = [y.dim(0), y.dim(1), y.dim(2)];
  for (let b = 0; b < batch; b++) {
    for (let turn = 0; turn < length; turn++) {
      const t = attrs.reverse ? length - 1 - turn : turn;
      // The states take turns in two halves, as on the device.
      const [half, other] = [turn % 2, 1 - (turn % 2)];
      const old = Array.from({ length: size }, (_, k) => states.at(half, b, k));
      const isLive = lengths === undefined || t < lengths.at(b);
      for (let u = 0; u < size; u++) {
        const product = (gate: number): number =>
          old.reduce(
            (total, h, k) => total + h * weight.at(gate * size + u, k),
            bias?.at(gate * size + u) ?? 0,
          );
        const input = (gate: number): number => x.at(b, t, gate * size + u);
        const before = old[u] ?? 0;
        const cellBefore = cells?.at(b, u) ?? 0;
        const unit = unitStep(attrs.cell, input, product, before, cellBefore);
        const after = isLive ? unit.hidden : before;
        states.set(after, other, b, u);
        y.set(after, b, t, u);
        cells?.set(isLive ? unit.cell : cellBefore, b, u);
        previous?.set(before, b, t, u);
        unit.kept.forEach((value, i) => {
          kept?.set(value, b, t, i * size + u);
        });
      }
    }
  }
}
