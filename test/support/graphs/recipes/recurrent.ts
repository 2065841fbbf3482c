/** Recipes of recurrent layers and their single steps. */
import type { Tensor } from 'qkv/graph';
import type { Builder } from '../builder';
import type { Recipes } from './index';

const GATES = { tanh: 1, relu: 1, lstm: 4, gru: 3 } as const;
type Cell = keyof typeof GATES;

/** The tensor beside itself along its last axis, once for each gate. */
function gates(b: Builder, x: Tensor, cell: Cell): Tensor {
  const count = GATES[cell];
  if (count === 1) return x;
  return b.call('concat', [Array.from({ length: count }, () => x), -1]);
}

/** The weight [gates * H, H] of states: small products of the rows of x. */
function weightOf(b: Builder, x: Tensor, cell: Cell): Tensor {
  const size = x.shape.at(-1) ?? 1;
  const rows = b.call('reshape', [x, [-1, size]]);
  b.limit(...rows.shape, size);
  const square = b.call('scale', [b.call('matmul', [rows, rows, { transposeA: true }]), 0.02]);
  const count = GATES[cell];
  return count === 1 ? square : b.call('concat', [Array.from({ length: count }, () => square), 0]);
}

const cellOf = (b: Builder): Cell => b.one(['tanh', 'lstm', 'gru', 'relu']);

export const recurrent: Recipes = {
  recurrence: (b) => {
    const x = b.ranked(3, 3);
    const cell = cellOf(b);
    b.limit(...x.shape, x.shape[2], GATES[cell]);
    const weight = weightOf(b, x, cell);
    const state = () => b.call('mean', [x, { axis: 1 }]);
    const lengths = () => b.ids(b.call('mean', [x, { axis: [1, 2] }]), x.shape[1] ?? 1);
    const bias = () => b.call('mean', [gates(b, x, cell), { axis: [0, 1] }]);
    const initial = b.flag() ? { hidden: state() } : {};
    b.calls('recurrence', [
      cell,
      gates(b, x, cell),
      weight,
      {
        reverse: b.flag(),
        bias: b.flag() ? bias() : undefined,
        lengths: b.flag() ? lengths() : undefined,
        initial: cell === 'lstm' && b.flag() ? { ...initial, cell: state() } : initial,
      },
    ]);
  },
  recurrenceStep: (b) => {
    const x = b.ranked(2, 2);
    const cell = cellOf(b);
    b.limit(...x.shape, x.shape[1], GATES[cell]);
    const weight = weightOf(b, x, cell);
    const state = () => b.shaped(...x.shape);
    const own = cell === 'lstm' ? { hidden: state(), cell: state() } : { hidden: state() };
    const bias = b.flag() ? [b.call('mean', [gates(b, x, cell), { axis: 0 }])] : [];
    b.calls('recurrenceStep', [cell, gates(b, x, cell), weight, own, ...bias]);
  },
};
