/** Cases of loops: recurrences against float64, which interprets the body step by step. */
import { dims } from '../../core/shape';
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import type { Tensor } from '../../graph/op';
import { add, mul } from '../binary/op';
import { scale } from '../fill/op';
import { matmul } from '../matmul/op';
import { slice } from '../movement/op';
import { sum } from '../reduce/op';
import { sigmoid, tanh } from '../unary/op';
import { scan } from './op';

/** SwiftShader's tanh and sigmoid are up to 64 ULP off, and each step adds its own. */
const tolerance = {
  relative: 1024 * EPSILON,
  because: 'up to 8 steps of sums of up to 128 terms and a tanh of 64 ULP',
};
const small: CaseInput['fill'] = { kind: 'normal', scale: 0.3 };
const input = (...shape: readonly number[]): CaseInput => ({ shape, fill: small });

type Options = { readonly reverse?: boolean };

/** h' = tanh(x W + h U + b), with all hidden states as ys. */
function rnn(x: Tensor, h: Tensor, w: Tensor, u: Tensor, b: Tensor, options: Options = {}) {
  const { carry, ys } = scan(
    ([before], [row]) => {
      const after = tanh(add(add(matmul(row, w), matmul(before, u)), b));
      return { carry: [after], y: [after] };
    },
    [h],
    [x],
    options,
  );
  return [...carry, ...ys];
}

/** Inputs of a recurrent layer: [L, B, I], [B, H] and its weights. */
const layer = (length: number, batch: number, from: number, to: number, gates = 1) => [
  input(length, batch, from),
  input(batch, to),
  input(from, gates * to),
  input(to, gates * to),
  input(gates * to),
];

const recurrent = (name: string, inputs: readonly CaseInput[], options?: Options): Case => ({
  name,
  inputs,
  build: (x, h, w, u, b) => rnn(x, h, w, u, b, options),
  tolerance,
});

/** One step of an LSTM (Hochreiter and Schmidhuber 1997), gates in the order i, f, g, o. */
function lstm(x: Tensor, h: Tensor, c: Tensor, w: Tensor, u: Tensor, b: Tensor) {
  const [batch, size] = dims(h, 2, 'lstm');
  const { carry, ys } = scan(
    ([h0, c0], [row]) => {
      const gates = add(add(matmul(row, w), matmul(h0, u)), b);
      const gate = (i: number) =>
        slice(gates, { starts: [0, i * Number(size)], ends: [batch, (i + 1) * Number(size)] });
      const cell = add(mul(sigmoid(gate(1)), c0), mul(sigmoid(gate(0)), tanh(gate(2))));
      const hidden = mul(sigmoid(gate(3)), tanh(cell));
      return { carry: [hidden, cell], y: [hidden] };
    },
    [h, c],
    [x],
  );
  return [...carry, ...ys];
}

export const cases: readonly Case[] = [
  recurrent('a tanh layer', layer(5, 3, 4, 6)),
  recurrent('a tanh layer, rows aligned', layer(4, 2, 32, 64)),
  recurrent('a tanh layer in reverse', layer(5, 3, 4, 6), { reverse: true }),
  recurrent('a tanh layer in reverse, rows aligned', layer(3, 2, 32, 64), { reverse: true }),
  recurrent('one step', layer(1, 2, 3, 4)),
  recurrent('one step, rows aligned', layer(1, 1, 64, 64)),
  recurrent('one of everything', layer(1, 1, 1, 1)),
  recurrent('no step', layer(0, 2, 3, 4)),
  recurrent('no step, rows aligned', layer(0, 1, 64, 64)),
  {
    name: 'an LSTM layer',
    inputs: [input(4, 2, 3), input(2, 5), ...layer(4, 2, 3, 5, 4).slice(1)],
    build: (x, c, h, w, u, b) => lstm(x, h, c, w, u, b),
    tolerance,
  },
  {
    name: 'an LSTM layer, rows aligned',
    inputs: [input(3, 1, 64), input(1, 64), ...layer(3, 1, 64, 64, 4).slice(1)],
    build: (x, c, h, w, u, b) => lstm(x, h, c, w, u, b),
    tolerance,
  },
  {
    name: 'without sequences',
    inputs: [input(2, 5), input(5)],
    build: (a, b) => {
      const { carry, ys } = scan(([x]) => ({ carry: [tanh(add(x, b))], y: [mul(x, b)] }), [a], [], {
        length: 4,
      });
      return [...carry, ...ys];
    },
    tolerance,
  },
  {
    name: 'without carries',
    inputs: [input(3, 2, 4), input(4, 5)],
    build: (x, w) => scan((_, [row]) => ({ carry: [], y: [matmul(row, w)] }), [], [x]).ys,
    tolerance,
  },
  {
    name: 'without ys',
    inputs: [input(6, 3), input(3)],
    build: (x, a) =>
      scan(([s], [row]) => ({ carry: [add(mul(s, row), row)], y: [] }), [a], [x]).carry,
    tolerance,
  },
  {
    name: 'two carries that swap, an odd number of times',
    inputs: [input(2, 3), input(2, 3), input(5, 2, 3)],
    build: (a, b, x) => {
      const { carry, ys } = scan(
        ([p, q], [row]) => ({ carry: [q, p], y: [mul(p, row)] }),
        [a, b],
        [x],
      );
      return [...carry, ...ys];
    },
    tolerance,
  },
  {
    name: 'a y of a sequence, a carry and a constant as they are',
    inputs: [input(64), input(4, 64), input(64)],
    build: (a, x, k) => {
      const { carry, ys } = scan(([p], [row]) => ({ carry: [row], y: [p, row, k, p] }), [a], [x]);
      return [...carry, ...ys];
    },
    tolerance,
  },
  {
    name: 'a weight used twice, and added where nothing better is known',
    inputs: [input(4, 2, 3), input(2, 3), input(3, 3)],
    build: (x, h, w) => {
      const { carry } = scan(
        ([p], [row]) => {
          const q = tanh(add(matmul(row, w), matmul(p, scale(w, 0.5))));
          return { carry: [mul(q, sum(mul(w, w)))], y: [] };
        },
        [h],
        [x],
      );
      return carry;
    },
    tolerance,
  },
  {
    name: 'a loop in a loop',
    inputs: [input(3, 2, 4), input(2, 4), input(4, 4), input(5, 4)],
    build: (x, h, w, z) => {
      const { carry, ys } = scan(
        ([outer], [row]) => {
          const inner = scan(
            ([p], [zRow]) => {
              const q = tanh(add(matmul(add(p, row), w), zRow));
              return { carry: [q], y: [sum(q, { axis: 0 })] };
            },
            [outer],
            [z],
          );
          return { carry: [...inner.carry], y: inner.ys.map((y) => sum(y, { axis: 0 })) };
        },
        [h],
        [x],
      );
      return [...carry, ...ys];
    },
    tolerance,
  },
  {
    name: 'a loop over the rows of a row, aligned',
    inputs: [input(2, 3, 64), input(64)],
    build: (x, h) => {
      const { carry, ys } = scan(
        ([outer], [row]) => {
          const inner = scan(
            ([p], [item]) => ({ carry: [tanh(add(p, item))], y: [mul(p, row)] }),
            [outer],
            [row],
          );
          return { carry: inner.carry, y: inner.ys };
        },
        [h],
        [x],
      );
      return [...carry, ...ys];
    },
    tolerance,
  },
  {
    name: 'many sequences in one sum, aligned',
    inputs: [input(64), ...Array.from({ length: 6 }, () => input(3, 64))],
    build: (h, ...xs) => {
      const { carry, ys } = scan(
        ([p], rows) => {
          const total = rows.reduce(add, p);
          return { carry: [tanh(total)], y: [total, mul(total, total)] };
        },
        [h],
        xs,
      );
      return [...carry, ...ys];
    },
    tolerance,
  },
];
