/**
 * The GRU as it was first published (Cho et al. 2014; ONNX's with linear_before_reset = 0): the reset gate
 * scales the state before its product, n = tanh(x_n + U_n (r * h)). A step needs r of all units before
 * that product, so it takes two products: a loop of ops, where reset-after has a kernel of its own.
 */

import { type Dim, multiplyDims } from '../core/dim';
import { dims, lastDim } from '../core/shape';
import type { Tensor } from '../graph/op';
import { add, mul, sub } from '../ops/binary/op';
import { concat } from '../ops/concat/op';
import { fill } from '../ops/fill/op';
import { matmul } from '../ops/matmul/op';
import { slice, transpose } from '../ops/movement/op';
import type { RecurrenceOptions, RecurrenceResult } from '../ops/recurrence/op';
import { scan } from '../ops/scan/op';
import { less, where } from '../ops/select/op';
import { sigmoid, tanh } from '../ops/unary/op';
import { reshape } from '../ops/view/op';
import { countTo } from './lengths';

/** The weights of a state [3 * H, H] by their use: gates r and z [2 * H, H], and n [H, H]. */
function parts(weight: Tensor) {
  const [rows, size] = dims(weight, 2, 'weight');
  const gates = multiplyDims(2, size);
  return {
    gates: slice(weight, { starts: [0, 0], ends: [gates, size] }),
    candidate: slice(weight, { starts: [gates, 0], ends: [rows, size] }),
  };
}

/** Columns of [..., C]. */
function columns(x: Tensor, from: Dim, to: Dim): Tensor {
  const rest = x.shape.slice(0, -1);
  return slice(x, { starts: [...rest.map(() => 0), from], ends: [...rest, to] });
}

/** A step. @param x products of the input for r and z [B, 2 * H], and for n [B, H] */
function step(
  [xGates, xCandidate]: readonly [Tensor, Tensor],
  hidden: Tensor,
  weights: ReturnType<typeof parts>,
) {
  const size = lastDim(hidden);
  const gates = sigmoid(add(xGates, matmul(hidden, weights.gates, { transposeB: true })));
  const [r, z] = [columns(gates, 0, size), columns(gates, size, multiplyDims(2, size))];
  const scaled = matmul(mul(r, hidden), weights.candidate, { transposeB: true });
  const candidate = tanh(add(xCandidate, scaled));
  return { gates, candidate, hidden: add(candidate, mul(z, sub(hidden, candidate))) };
}

/** Products of the input [..., 3 * H] for r and z, and for n. */
function split(x: Tensor, size: Dim): readonly [Tensor, Tensor] {
  const gates = multiplyDims(2, size);
  return [columns(x, 0, gates), columns(x, gates, multiplyDims(3, size))];
}

/**
 * One step.
 * @param x products of the input with its weights and bias [B, 3 * H], in the order r, z, n
 * @param weight of the state [3 * H, H]  @param hidden [B, H]  @param bias of the state's products [3 * H]
 */
export function resetBeforeStep(x: Tensor, weight: Tensor, hidden: Tensor, bias?: Tensor): Tensor {
  const all = bias === undefined ? x : add(x, bias);
  return step(split(all, lastDim(hidden)), hidden, parts(weight)).hidden;
}

/**
 * A layer over whole sequences, in place of `recurrence`; what it keeps is r, z, n [B, L, 3 * H].
 * @param x products of the inputs with their weights and bias [B, L, 3 * H]
 * @param weight of the state [3 * H, H]
 */
export function resetBeforeLayer(
  x: Tensor,
  weight: Tensor,
  { reverse = false, bias, lengths, initial = {} }: RecurrenceOptions,
): RecurrenceResult {
  const [batch, length] = dims(x, 3, 'x');
  const size = lastDim(weight);
  const weights = parts(weight);
  const start = initial.hidden ?? fill([batch, size], 0);
  // Input and state only meet in sums, so the bias may come with the input.
  const byTime = transpose(bias === undefined ? x : add(x, bias), [1, 0, 2]);
  const live = lengths && [
    less(reshape(countTo(length), [length, 1, 1]), reshape(lengths, [1, batch, 1])),
  ];
  const { carry, ys } = scan(
    ([before], [xGates, xCandidate, isLive]) => {
      const { gates, candidate, hidden } = step([xGates, xCandidate], before, weights);
      const after = isLive === undefined ? hidden : where(isLive, hidden, before);
      return { carry: [after], y: [after, gates, candidate] };
    },
    [start],
    [...split(byTime, size), ...(live ?? [])],
    { reverse },
  );
  const byRow = (y: Tensor) => transpose(y, [1, 0, 2]);
  const [states, ...kept] = ys;
  return {
    y: byRow(states),
    final: { hidden: carry[0], cell: undefined },
    kept: concat(kept.map(byRow), 2),
  };
}
