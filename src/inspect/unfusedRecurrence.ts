/**
 * Recurrent cells whose gates the scope notes: from what kernels keep for the backward pass or,
 * where a run may replace them, in parts; see shaders/recurrence/cells.ts.
 */
import type { CellName } from '../../shaders/recurrence/cells';
import { type Dim, multiplyDims } from '../core/dim';
import { dims, lastDim } from '../core/shape';
import type { Tensor } from '../graph/op';
import type { Scope, UnfusedOps } from '../nn/scope';
import { countTo } from '../ops/countTo';
import {
  add,
  fill,
  recurrence as fused,
  recurrenceStep as fusedStep,
  less,
  matmul,
  mul,
  relu,
  reshape,
  scan,
  sigmoid,
  slice,
  sub,
  tanh,
  transpose,
  where,
} from '../ops/functions';

/** What a cell notes. */
const NAMES: Readonly<Record<CellName, readonly string[]>> = {
  lstm: ['input_gate', 'forget_gate', 'candidate', 'output_gate', 'cell'],
  gru: ['reset_gate', 'update_gate', 'candidate'],
  tanh: [],
  relu: [],
};

interface CellState {
  readonly hidden: Tensor;
  readonly cell: Tensor | undefined;
}

/** Columns i * size to (i + 1) * size of [B, gates * size]. */
function part(x: Tensor, i: number, [batch, size]: readonly [Dim, Dim]): Tensor {
  const [from, to] = [multiplyDims(i, size), multiplyDims(i + 1, size)];
  return slice(x, { starts: [0, from], ends: [batch, to] });
}

/** One time step; see `recurrenceStep`. */
function stepOf(
  scope: Scope,
  suffix: string,
  cell: CellName,
  x: Tensor,
  weight: Tensor,
  { hidden, cell: before }: CellState,
  bias: Tensor | undefined,
): CellState {
  const products = matmul(hidden, weight, { transposeB: true });
  const own = bias === undefined ? products : add(products, bias);
  const [batch, size] = dims(hidden, 2, 'recurrence');
  const note = (name: string, value: Tensor) => scope.note(`${name}${suffix}`, value);
  const ofInput = (i: number) => part(x, i, [batch, size]);
  const ofState = (i: number) => part(own, i, [batch, size]);
  const both = (i: number) => add(ofInput(i), ofState(i));
  switch (cell) {
    case 'lstm': {
      const input = note('input_gate', sigmoid(both(0)));
      const forget = note('forget_gate', sigmoid(both(1)));
      const candidate = note('candidate', tanh(both(2)));
      const output = note('output_gate', sigmoid(both(3)));
      const written = mul(input, candidate);
      const after = before === undefined ? written : add(mul(forget, before), written);
      const noted = note('cell', after);
      return { hidden: mul(output, tanh(noted)), cell: noted };
    }
    case 'gru': {
      const reset = note('reset_gate', sigmoid(both(0)));
      const update = note('update_gate', sigmoid(both(1)));
      const candidate = note('candidate', tanh(add(ofInput(2), mul(reset, ofState(2)))));
      return { hidden: add(candidate, mul(update, sub(hidden, candidate))), cell: undefined };
    }
    case 'tanh':
      return { hidden: tanh(add(x, own)), cell: undefined };
    case 'relu':
      return { hidden: relu(add(x, own)), cell: undefined };
    default:
      return cell satisfies never;
  }
}

/** Notes the values of a cell in what a kernel kept [..., saved * H]. */
function noteKept(scope: Scope, suffix: string, cell: CellName, kept: Tensor, size: Dim): void {
  NAMES[cell].forEach((name, i) => {
    scope.derive(`${name}${suffix}`, [kept], ([all = kept]) => {
      const rest = all.shape.slice(0, -1);
      const at = (gate: number): Tensor => {
        const starts = [...rest.map(() => 0), multiplyDims(gate, size)];
        return slice(all, { starts, ends: [...rest, multiplyDims(gate + 1, size)] });
      };
      // An LSTM keeps the cell state before the step, from which that after it follows.
      const isState = cell === 'lstm' && name === 'cell';
      return isState ? add(mul(at(1), at(4)), mul(at(0), at(2))) : at(i);
    });
  });
}

const isWanted = (scope: Scope, suffix: string, cell: CellName): boolean =>
  NAMES[cell].some((name) => scope.wants(`${name}${suffix}`));

const isReplaced = (scope: Scope, suffix: string, cell: CellName): boolean =>
  NAMES[cell].some((name) => scope.replaces(`${name}${suffix}`));

export const recurrenceStep: UnfusedOps['recurrenceStep'] = (
  scope,
  suffix,
  cell,
  x,
  weight,
  state,
  bias,
) => {
  if (!isWanted(scope, suffix, cell)) return undefined;
  if (!isReplaced(scope, suffix, cell)) {
    const next = fusedStep(cell, x, weight, state, bias);
    noteKept(scope, suffix, cell, next.kept, lastDim(weight));
    return next;
  }
  return stepOf(scope, suffix, cell, x, weight, { ...state, cell: state.cell }, bias);
};

export const recurrence: UnfusedOps['recurrence'] = (scope, suffix, cell, x, weight, options) => {
  if (!isWanted(scope, suffix, cell)) return undefined;
  if (!isReplaced(scope, suffix, cell)) {
    const result = fused(cell, x, weight, options);
    noteKept(scope, suffix, cell, result.kept, lastDim(weight));
    return result;
  }
  const { reverse = false, bias, lengths, initial = {} } = options;
  const [batch, length] = dims(x, 3, 'recurrence');
  const size = lastDim(weight);
  const zeros = fill([batch, size], 0);
  const hasCell = cell === 'lstm';
  const start = [initial.hidden ?? zeros, ...(hasCell ? [initial.cell ?? zeros] : [])];
  const live = lengths && [
    less(reshape(countTo(length), [length, 1, 1]), reshape(lengths, [1, batch, 1])),
  ];
  const { carry, ys } = scope.loop(scan)<readonly Tensor[], readonly Tensor[], readonly Tensor[]>(
    ([hidden = zeros, before], [row = x, isLive]) => {
      const next = stepOf(scope, suffix, cell, row, weight, { hidden, cell: before }, bias);
      const kept = (after: Tensor, old: Tensor) =>
        isLive === undefined ? after : where(isLive, after, old);
      const after = [
        kept(next.hidden, hidden),
        ...(next.cell && before ? [kept(next.cell, before)] : []),
      ];
      return { carry: after, y: after.slice(0, 1) };
    },
    start,
    [transpose(x, [1, 0, 2]), ...(live ?? [])],
    { reverse },
  );
  const [hidden = zeros, last] = carry;
  const [states = x] = ys;
  return { y: transpose(states, [1, 0, 2]), final: { hidden, cell: last } };
};
