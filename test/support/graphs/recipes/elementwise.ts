/** Recipes of elementwise ops: arithmetic with broadcasting, functions, comparisons, choices, noise. */
import { broadcastShapes, type Tensor } from 'qkv/graph';
import { type Builder, sameShape } from '../builder';
import type { Recipes } from './index';

const UNARY = [
  'neg',
  'abs',
  'exp',
  'log',
  'sqrt',
  'rsqrt',
  'tanh',
  'sigmoid',
  'softplus',
  'relu',
  'square',
  'erf',
  'silu',
  'gelu',
  'geluTanh',
  'sin',
  'cos',
  'floor',
  'round',
];
const BINARY = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum'];
const COMPARISONS = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'];

/** Functions that grow without bound near 0: their operands keep away from it. */
const AWAY_FROM_ZERO = new Set(['log', 'sqrt', 'rsqrt']);

function broadcasts(a: Tensor, b: Tensor): boolean {
  try {
    broadcastShapes('graph', a.shape, b.shape);
    return true;
  } catch {
    return false;
  }
}

/** Two tensors of one type that broadcast. */
function pair(b: Builder, fits: (tensor: Tensor) => boolean): readonly [Tensor, Tensor] {
  const first = b.tensor(fits);
  const isAlike = b.below(3) > 0;
  const mayBeSame = b.below(8) === 0;
  const second = b.tensor(
    (t) =>
      t.dtype === first.dtype &&
      (mayBeSame || t !== first) &&
      (isAlike ? sameShape(first.shape, t.shape) : broadcasts(first, t)),
  );
  return b.flag() ? [first, second] : [second, first];
}

const isNumber = ({ dtype }: Tensor) => dtype !== 'bool';
const isBool = ({ dtype }: Tensor) => dtype === 'bool';

const unary = (name: string) => (b: Builder) => {
  const far = (x: number) => x > 0.05;
  const fits = (t: Tensor) => !AWAY_FROM_ZERO.has(name) || b.value(t).data.every(far);
  b.call(name, [b.f32(fits)]);
};

const binary = (name: string) => (b: Builder) => {
  b.call(name, [...pair(b, isNumber)]);
};

/** Of flags that are there, or of two comparisons: few graphs have two of one shape. */
const logic = (name: string) => (b: Builder) => {
  if (b.flag()) b.call(name, [...pair(b, isBool)]);
  const [x, y] = pair(b, isNumber);
  b.call(name, [b.call('less', [x, y]), b.call('notEqual', [x, y])]);
};

/** i32 [1], for random numbers. */
const key = (b: Builder) => b.call('fill', [[1], b.below(1000), 'i32']);

export const elementwise: Recipes = {
  ...Object.fromEntries(UNARY.map((name) => [name, unary(name)])),
  ...Object.fromEntries(BINARY.map((name) => [name, binary(name)])),
  ...Object.fromEntries(
    COMPARISONS.map((name) => [name, (b: Builder) => b.call(name, [...pair(b, isNumber)])]),
  ),
  pow: (b) => {
    // A base that is not positive has a power for whole exponents alone.
    const positive = b.f32((t) => b.value(t).data.every((x) => x > 0.05));
    if (b.flag()) b.call('pow', [b.flag() ? positive : b.f32(), b.one([2, 3, 0, -1])]);
    else b.call('pow', [positive, b.f32((t) => broadcasts(positive, t))]);
  },
  mod: (b) => {
    const [x, y] = pair(b, isNumber);
    const isAway = (t: Tensor) => b.value(t).data.every((v) => Math.abs(v) > 0.05);
    b.call('mod', [x, isAway(y) ? y : b.call('fill', [[], y.dtype === 'i32' ? 3 : 0.7, y.dtype])]);
  },
  clip: (b) => {
    const x = b.tensor(isNumber);
    const whole = x.dtype === 'i32';
    const bounds = { min: whole ? 1 : 0.2, max: whole ? 3 : 1.5 };
    b.call('clip', [x, b.one([bounds, { min: bounds.min }, { max: bounds.max }])]);
  },
  isNaN: (b) => b.call('isNaN', [b.f32()]),
  not: (b) => b.call('not', [b.tensor(isBool)]),
  and: logic('and'),
  or: logic('or'),
  where: (b) => {
    const [x, y] = pair(b, () => true);
    const condition = b.tensor((t) => isBool(t) && broadcasts(t, x) && broadcasts(t, y));
    b.call('where', [condition, x, y]);
  },
  cast: (b) => b.call('cast', [b.tensor(() => true), b.one(['f32', 'i32', 'bool'])]),
  scale: (b) => {
    const x = b.tensor(isNumber);
    if (x.dtype === 'i32') b.call('scale', [x, 1 + b.below(3), b.below(4) - 1]);
    else b.call('scale', [x, b.one([0.5, -1.5, 2, 0]), b.one([0, 0.25, -1])]);
  },
  zerosLike: (b) => b.call('zerosLike', [b.tensor(() => true)]),
  fill: (b) => {
    const x = b.tensor(() => true);
    const dtype = b.one(['f32', 'i32', 'bool']);
    b.call('fill', [x.shape, dtype === 'f32' ? b.one([0.5, -2, 0, 3]) : b.below(2), dtype]);
  },
  dropout: (b) =>
    b.call('dropout', [b.f32(), key(b), { rate: b.one([0.5, 0.1]), stream: b.below(9) }]),
  addGumbel: (b) => b.call('addGumbel', [b.f32(), key(b), { stream: b.below(9) }]),
};
