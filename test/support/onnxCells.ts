/**
 * ONNX's LSTM, GRU and RNN in float64, after the equations of their specification (onnx.ai/onnx/operators)
 * and nothing else: plain loops over directions, rows, steps and units, in ONNX's own gate orders.
 */
import type { HostTensor } from 'qkv/graph';

export interface OnnxLayer {
  readonly op: 'LSTM' | 'GRU' | 'RNN';
  readonly direction: 'forward' | 'reverse' | 'bidirectional';
  readonly activation?: 'Tanh' | 'Relu';
  readonly linearBeforeReset?: 0 | 1;
  /** [L, B, I]. */
  readonly X: HostTensor;
  readonly W: HostTensor;
  readonly R: HostTensor;
  readonly B?: HostTensor | undefined;
  /** [D, B, H]. */
  readonly h0?: HostTensor | undefined;
  readonly c0?: HostTensor | undefined;
  /** Of the rows. */
  readonly lengths?: readonly number[] | undefined;
}

export interface OnnxStates {
  /** [L, D, B, H]. */
  readonly Y: Float64Array;
  /** [D, B, H]. */
  readonly Y_h: Float64Array;
  readonly Y_c: Float64Array;
}

const f = (x: number) => 1 / (1 + Math.exp(-x));
const g = Math.tanh;

export function onnxStates(layer: OnnxLayer): OnnxStates {
  const { op, X, W, R } = layer;
  const [steps = 0, batch = 0, inputSize = 0] = X.shape;
  const [directions = 0, , size = 0] = R.shape;
  const gates = { LSTM: 4, GRU: 3, RNN: 1 }[op];
  const Y = new Float64Array(steps * directions * batch * size);
  const [Yh, Yc] = [0, 1].map(() => new Float64Array(directions * batch * size));
  for (let d = 0; d < directions; d++) {
    const backwards = layer.direction === 'reverse' || d === 1;
    const w = (gate: number, u: number, i: number) =>
      W.data[((d * gates + gate) * size + u) * inputSize + i]!;
    const r = (gate: number, u: number, k: number) =>
      R.data[((d * gates + gate) * size + u) * size + k]!;
    const bias = (half: number, gate: number, u: number) =>
      layer.B?.data[((2 * d + half) * gates + gate) * size + u] ?? 0;
    for (let b = 0; b < batch; b++) {
      const state = (from: HostTensor | undefined) =>
        Array.from({ length: size }, (_, u) => from?.data[(d * batch + b) * size + u] ?? 0);
      let [h, c] = [state(layer.h0), state(layer.c0)];
      const count = layer.lengths?.[b] ?? steps;
      for (let turn = 0; turn < count; turn++) {
        const t = backwards ? count - 1 - turn : turn;
        const before = h;
        const x = (gate: number, u: number) => {
          let sum = bias(0, gate, u);
          for (let i = 0; i < inputSize; i++) {
            sum += w(gate, u, i) * X.data[(t * batch + b) * inputSize + i]!;
          }
          return sum;
        };
        const s = (gate: number, u: number, of: readonly number[] = before) =>
          of.reduce((sum, value, k) => sum + r(gate, u, k) * value, bias(1, gate, u));
        const units = Array.from({ length: size }, (_, u) => u);
        if (op === 'RNN') {
          const act = layer.activation === 'Relu' ? (v: number) => Math.max(0, v) : g;
          h = units.map((u) => act(x(0, u) + s(0, u)));
        } else if (op === 'LSTM') {
          const was = c;
          c = units.map(
            (u) => f(x(2, u) + s(2, u)) * was[u]! + f(x(0, u) + s(0, u)) * g(x(3, u) + s(3, u)),
          );
          h = units.map((u) => f(x(1, u) + s(1, u)) * g(c[u]!));
        } else {
          const z = units.map((u) => f(x(0, u) + s(0, u)));
          const reset = units.map((u) => f(x(1, u) + s(1, u)));
          const scaled = before.map((value, k) => reset[k]! * value);
          const hidden = units.map((u) =>
            layer.linearBeforeReset === 1
              ? g(x(2, u) + reset[u]! * s(2, u))
              : g(x(2, u) + s(2, u, scaled)),
          );
          h = units.map((u) => (1 - z[u]!) * hidden[u]! + z[u]! * before[u]!);
        }
        h.forEach((value, u) => {
          Y[((t * directions + d) * batch + b) * size + u] = value;
        });
      }
      h.forEach((value, u) => {
        Yh![(d * batch + b) * size + u] = value;
      });
      c.forEach((value, u) => {
        Yc![(d * batch + b) * size + u] = value;
      });
    }
  }
  return { Y, Y_h: Yh!, Y_c: Yc! };
}
