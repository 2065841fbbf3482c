/**
 * The GRU as it was first published (Cho et al. 2014; ONNX's with linear_before_reset = 0): the
 * reset gate scales the state before the product, n = tanh(x_n + U_n (r * h)). That product needs r
 * of all units, so that a time step takes two dependent products. It is a loop of ops; only the
 * reset-after form has a kernel.
 */

import { type Dim, multiplyDims } from '../core/dim';
import { dims, lastDim } from '../core/shape';
import type { Tensor } from '../graph/op';
import { add, mul, sub } from '../ops/binary/op';
import { fill } from '../ops/fill/op';
import { matmul } from '../ops/matmul/op';
import { slice, transpose } from '../ops/movement/op';
import type { RecurrenceOptions, RecurrenceResult } from '../ops/recurrence/op';
import { scan } from '../ops/scan/op';
import { less, where } from '../ops/select/op';
import { sigmoid, tanh } from '../ops/unary/op';
import { reshape } from '../ops/view/op';
import { countTo } from './lengths';
import type { Scope } from './scope';

/**
 * Splits the hidden-hidden weight [3 * H, H] into that of the gates r and z [2 * H, H], and that of
 * n [H, H].
 */
function parts(weight: Tensor) {
  const [rows, size] = dims(weight, 2, 'weight');
  const gates = multiplyDims(2, size);
  return {
    gates: slice(weight, { starts: [0, 0], ends: [gates, size] }),
    candidate: slice(weight, { starts: [gates, 0], ends: [rows, size] }),
  };
}

/** Columns `from` to before `to` of [..., C]. */
function columns(x: Tensor, from: Dim, to: Dim): Tensor {
  const rest = x.shape.slice(0, -1);
  return slice(x, { starts: [...rest.map(() => 0), from], ends: [...rest, to] });
}

/** One time step, from input projections for r and z [B, 2 * H] and for n [B, H]. */
function step(
  scope: Scope,
  suffix: string,
  [xGates, xCandidate]: readonly [Tensor, Tensor],
  hidden: Tensor,
  weights: ReturnType<typeof parts>,
) {
  const size = lastDim(hidden);
  const gates = sigmoid(add(xGates, matmul(hidden, weights.gates, { transposeB: true })));
  const r = scope.note(`reset_gate${suffix}`, columns(gates, 0, size));
  const z = scope.note(`update_gate${suffix}`, columns(gates, size, multiplyDims(2, size)));
  const scaled = matmul(mul(r, hidden), weights.candidate, { transposeB: true });
  const candidate = scope.note(`candidate${suffix}`, tanh(add(xCandidate, scaled)));
  return add(candidate, mul(z, sub(hidden, candidate)));
}

/** Splits input projections [..., 3 * H] into those of r and z, and that of n. */
function split(x: Tensor, size: Dim): readonly [Tensor, Tensor] {
  const gates = multiplyDims(2, size);
  return [columns(x, 0, gates), columns(x, gates, multiplyDims(3, size))];
}

/**
 * One time step.
 * @param suffix of the names of its values
 * @param x input projections with their bias [B, 3 * H], in the order r, z, n
 * @param weight hidden-hidden weight [3 * H, H]
 * @param hidden [B, H]
 * @param bias hidden-hidden bias [3 * H]
 * @returns the next hidden state [B, H]
 */
export function resetBeforeStep(
  scope: Scope,
  suffix: string,
  x: Tensor,
  weight: Tensor,
  hidden: Tensor,
  bias?: Tensor,
): Tensor {
  const all = bias === undefined ? x : add(x, bias);
  return step(scope, suffix, split(all, lastDim(hidden)), hidden, parts(weight));
}

/**
 * A layer over whole sequences, with the interface of `recurrence`.
 * @param suffix of the names of its values
 * @param x input projections with their bias [B, L, 3 * H]
 * @param weight hidden-hidden weight [3 * H, H]
 */
export function resetBeforeLayer(
  scope: Scope,
  suffix: string,
  x: Tensor,
  weight: Tensor,
  { reverse = false, bias, lengths, initial = {} }: RecurrenceOptions,
): Pick<RecurrenceResult, 'y' | 'final'> {
  const [batch, length] = dims(x, 3, 'x');
  const size = lastDim(weight);
  const weights = parts(weight);
  const start = initial.hidden ?? fill([batch, size], 0);
  // The bias is only ever added to a sum with x, so that it can be added to x beforehand.
  const byTime = transpose(bias === undefined ? x : add(x, bias), [1, 0, 2]);
  const live = lengths && [
    less(reshape(countTo(length), [length, 1, 1]), reshape(lengths, [1, batch, 1])),
  ];
  const { carry, ys } = scope.loop(scan)(
    ([before], [xGates, xCandidate, isLive]) => {
      const row = [xGates, xCandidate] as const;
      const hidden = step(scope, suffix, row, before, weights);
      const after = isLive === undefined ? hidden : where(isLive, hidden, before);
      return { carry: [after], y: [after] };
    },
    [start],
    [...split(byTime, size), ...(live ?? [])],
    { reverse },
  );
  const [states] = ys;
  return { y: transpose(states, [1, 0, 2]), final: { hidden: carry[0], cell: undefined } };
}
