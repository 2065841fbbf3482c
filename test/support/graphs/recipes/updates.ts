/** Recipes of ops that update a value in place, on values that others may still read. */
import type { Tensor } from 'qkv/graph';
import { type Builder, sameShape } from '../builder';
import type { Recipes } from './index';

const whole = ({ shape }: Tensor) => shape.every((d) => typeof d === 'number');
const isArena = (t: Tensor) =>
  t.dtype === 'f32' && t.shape.length === 1 && whole(t) && Number(t.shape[0]) % 4 === 0;

/** An arena that is there, or a tensor made flat. */
function arena(b: Builder): Tensor {
  if (b.flag() && b.pool.some(isArena)) return b.f32(isArena);
  const fits = (t: Tensor) =>
    whole(t) && t.shape.reduce<number>((product, d) => product * Number(d), 1) % 4 === 0;
  return b.call('reshape', [b.f32(fits), [-1]]);
}

const one = (b: Builder, size: number, value: number) => b.call('fill', [[size], value]);
const position = (b: Builder, bound: number) => b.call('fill', [[1], b.below(bound + 2), 'i32']);

function moments(b: Builder) {
  const parameters = arena(b);
  const like = () => b.f32((t) => sameShape(t.shape, parameters.shape));
  return {
    parameters,
    first: like(),
    gradients: like(),
    scale: one(b, 1, 0.5),
    rate: one(b, 1, 0.1),
  };
}

export const updates: Recipes = {
  writeRows: (b) => {
    const cache = b.tensor(({ shape }) => shape.length === 3);
    const rows = b.tensor(
      (t) =>
        t.dtype === cache.dtype &&
        t.shape.length === 3 &&
        sameShape(t.shape.slice(0, 1), cache.shape.slice(0, 1)),
    );
    const [columns, wide] = [b.size(cache.shape[2]), b.size(rows.shape[2])];
    const column = wide > columns ? b.below(wide - columns + 1) : 0;
    b.call('writeRows', [cache, rows, position(b, b.size(cache.shape[1])), { column }]);
  },
  putRow: (b) => {
    const x = b.tensor(({ shape }) => shape.length >= 1);
    const row = b.tensor((t) => t.dtype === x.dtype && sameShape(t.shape, x.shape.slice(1)));
    b.call('putRow', [x, row, position(b, b.size(x.shape[0]))]);
  },
  increment: (b) => b.call('increment', [b.tensor(({ dtype }) => dtype === 'i32')]),
  adam: (b) => {
    const second = (x: Tensor) => b.call('square', [x]);
    const { parameters, first, ...others } = moments(b);
    b.calls('adam', [
      {
        parameters,
        first,
        second: second(first),
        ...others,
        corrections: one(b, 2, 0.5),
        ...(b.flag() ? { largest: second(parameters) } : {}),
      },
      { beta1: 0.9, beta2: 0.99, epsilon: 0.01, weightDecay: 0.01, decoupled: b.flag() },
    ]);
  },
  rmsprop: (b) => {
    const { first, ...inputs } = moments(b);
    const like = () => b.f32((t) => sameShape(t.shape, inputs.parameters.shape));
    const momentum = b.one([0, 0.5]);
    const centered = b.flag();
    b.calls('rmsprop', [
      {
        ...inputs,
        squareAverage: b.call('square', [first]),
        momentumBuffer: momentum > 0 ? like() : undefined,
        gradientAverage: centered ? b.call('scale', [like(), 0.1]) : undefined,
      },
      { alpha: 0.9, epsilon: 0.01, momentum, centered, weightDecay: b.one([0, 0.01]) },
    ]);
  },
  adagrad: (b) => {
    const { first, ...inputs } = moments(b);
    const sum = b.call('square', [first]);
    b.calls('adagrad', [
      { ...inputs, sum },
      { epsilon: 0.01, weightDecay: b.one([0, 0.01]) },
    ]);
  },
  sgd: (b) => {
    const momentum = b.one([0, 0.9]);
    const nesterov = momentum > 0 && b.flag();
    b.calls('sgd', [moments(b), { momentum, nesterov, weightDecay: b.one([0, 0.01]) }]);
  },
  beamStep: (b) => {
    const x = b.ranked(3, 3);
    const [batch = 1, width, count] = x.shape;
    const [values, choices] = [b.call('tanh', [x]), b.ids(x, 9)];
    const scores = b.call('sum', [values, { axis: -1 }]);
    // Twice as many places as beams, live ones and finished ones: all equal, with tokens left or without.
    const beams = b.call('fill', [[batch, 2 * b.size(width), 5], b.one([2, 1, 0, -1])]);
    b.size(count);
    b.calls('beamStep', [
      beams,
      values,
      choices,
      { lengthPenalty: b.one([0, 0.6]), best: 1 + b.below(b.size(width)), eos: 2, pad: 0 },
      ...(b.flag() ? [b.call('scale', [scores, 0.5])] : []),
    ]);
  },
  sumSquares: (b) => b.call('sumSquares', [b.f32()]),
  clipScale: (b) => b.calls('clipScale', [b.f32(), 1.5]),
};
