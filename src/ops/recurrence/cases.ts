/** Cases of recurrent layers: every cell, both directions, mixed lengths, ragged and aligned sizes. */
import type { CellName } from '../../../shaders/recurrence/cells';
import { cells } from '../../../shaders/recurrence/cells';
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import type { Tensor } from '../../graph/op';
import { recurrence, recurrenceStep } from './op';

interface Layer {
  readonly batch: number;
  readonly length: number;
  readonly size: number;
  readonly reverse?: boolean;
  /** Lengths of the rows, where they differ. */
  readonly lengths?: readonly number[];
  /** Whether there are an initial state, a cell and a bias of the products of the state. */
  readonly whole?: boolean;
  /** Magnitude of the products of the inputs. */
  readonly scale?: number;
}

function recurrenceCase(name: string, cell: CellName, layer: Layer): Case {
  const { batch, length, size, reverse = false, lengths, whole = false, scale = 0.7 } = layer;
  const { gates, cell: hasCell } = cells[cell];
  const weights: CaseInput['fill'] = { kind: 'normal', scale: 0.5 / Math.sqrt(size) };
  const inputs: CaseInput[] = [
    { shape: [batch, length, gates * size], fill: { kind: 'normal', scale } },
    { shape: [gates * size, size], fill: weights },
  ];
  const at = { lengths: -1, hidden: -1, bias: -1, cell: -1 };
  const push = (input: CaseInput): number => inputs.push(input) - 1;
  if (lengths !== undefined) {
    const values = { kind: 'values', values: lengths } as const;
    at.lengths = push({ shape: [batch], dtype: 'i32', fill: values });
  }
  if (whole) {
    at.hidden = push({ shape: [batch, size], fill: { kind: 'normal', scale: 0.5 } });
    at.bias = push({ shape: [gates * size], fill: { kind: 'normal', scale: 0.5 } });
    if (hasCell) at.cell = push({ shape: [batch, size] });
  }
  const build = (x: Tensor, weight: Tensor, ...rest: readonly Tensor[]): readonly Tensor[] => {
    const all = [x, weight, ...rest];
    const { y, final } = recurrence(cell, x, weight, {
      reverse,
      lengths: all[at.lengths],
      bias: all[at.bias],
      initial: { hidden: all[at.hidden], cell: all[at.cell] },
    });
    return [y, final.hidden, ...(final.cell === undefined ? [] : [final.cell])];
  };
  return {
    name: `${cell}, ${name}`,
    inputs,
    build,
    tolerance: {
      relative: (size + 256 * length) * EPSILON,
      because: `products of ${size} terms and, a step, tanh and sigmoid of up to 64 ULP each`,
    },
    gradientTolerance: {
      relative: 8 * (size + 64 * batch + 256 * length) * EPSILON,
      because: 'the same through every step backwards, and sums over rows and steps',
    },
  };
}

/** A single step with all optional inputs. */
function stepCase(name: string, cell: CellName, batch: number, size: number): Case {
  const { gates, cell: hasCell } = cells[cell];
  const state: CaseInput = { shape: [batch, size], fill: { kind: 'normal', scale: 0.5 } };
  return {
    name: `${cell} step, ${name}`,
    inputs: [
      { shape: [batch, gates * size], fill: { kind: 'normal', scale: 0.7 } },
      { shape: [gates * size, size], fill: { kind: 'normal', scale: 0.5 / Math.sqrt(size) } },
      { shape: [gates * size], fill: { kind: 'normal', scale: 0.5 } },
      state,
      ...(hasCell ? [state] : []),
    ],
    build: (x, weight, bias, hidden, before) => {
      const after = recurrenceStep(cell, x, weight, { hidden, cell: before }, bias);
      return [after.hidden, ...(after.cell === undefined ? [] : [after.cell])];
    },
    tolerance: {
      relative: (size + 256) * EPSILON,
      because: `products of ${size} terms, tanh and sigmoid of up to 64 ULP each`,
    },
    gradientTolerance: {
      relative: 8 * (size + batch + 256) * EPSILON,
      because: 'the same, and sums over rows',
    },
  };
}

const all: readonly CellName[] = ['lstm', 'gru', 'tanh', 'relu'];

export const cases: readonly Case[] = [
  ...all.flatMap((cell) => [
    recurrenceCase('ragged', cell, { batch: 3, length: 4, size: 5 }),
    recurrenceCase('ragged, reverse, whole', cell, {
      batch: 3,
      length: 4,
      size: 5,
      reverse: true,
      whole: true,
    }),
    recurrenceCase('aligned, mixed lengths, whole', cell, {
      batch: 5,
      length: 4,
      size: 12,
      lengths: [4, 1, 3, 2, 4],
      whole: true,
    }),
    recurrenceCase('aligned, reverse, mixed lengths', cell, {
      batch: 5,
      length: 4,
      size: 12,
      lengths: [2, 4, 1, 3, 4],
      reverse: true,
    }),
    recurrenceCase('one step of one row, whole', cell, {
      batch: 1,
      length: 1,
      size: 8,
      whole: true,
    }),
    recurrenceCase('one of everything', cell, { batch: 1, length: 1, size: 1 }),
    stepCase('ragged', cell, 3, 5),
    stepCase('aligned, more rows than a tile', cell, 18, 12),
    stepCase('one row', cell, 1, 8),
  ]),
  recurrenceCase('more rows than a tile', 'lstm', { batch: 19, length: 3, size: 20, whole: true }),
  recurrenceCase('a layer of many units', 'lstm', {
    batch: 17,
    length: 6,
    size: 64,
    lengths: [6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2],
  }),
  recurrenceCase('a layer of many units', 'gru', { batch: 9, length: 6, size: 64, whole: true }),
  {
    ...recurrenceCase('saturated gates', 'lstm', { batch: 2, length: 5, size: 8, scale: 40 }),
    differences: false,
  },
  {
    ...recurrenceCase('saturated gates', 'gru', { batch: 2, length: 5, size: 8, scale: 40 }),
    differences: false,
  },
  {
    ...recurrenceCase('a row without steps', 'lstm', {
      batch: 3,
      length: 3,
      size: 8,
      lengths: [0, 3, 1],
      whole: true,
    }),
  },
  {
    // The gradients of cell and state are both zeros at first, but need separate storage.
    ...recurrenceCase('of which the cell is not read', 'lstm', { batch: 2, length: 3, size: 8 }),
    build: (x, weight) => recurrence('lstm', x, weight).y,
  },
  {
    ...recurrenceCase('of which only the cell is read', 'lstm', { batch: 2, length: 3, size: 8 }),
    build: (x, weight) => recurrence('lstm', x, weight).final.cell ?? x,
  },
];
