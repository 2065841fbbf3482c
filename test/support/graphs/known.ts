/** Graphs that did not compile, or gave zeros, once: each with what is special about it. */

import { NdArray, random } from 'qkv/cpu';
import {
  type DType,
  dim,
  evaluateDim,
  gradients,
  type Lookup,
  ops,
  quantisationScheme,
  type Shape,
  type Tensor,
  type Tensors,
  type TensorType,
  trace,
} from 'qkv/graph';
import type { Built } from './program';

interface KnownGraph {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Shape | TensorType>>;
  readonly states?: Readonly<Record<string, Shape>>;
  readonly sizes?: Readonly<Record<string, number>>;
  build(input: Lookup, state: Lookup): { outputs: Tensors; updates?: Tensors };
}

const SQUARE = { x: [8, 8], w: [8, 8] };

/** y = x / 2, and what `lead` makes of it plus y again: both in the same group until y was read back. */
const beside = (name: string, lead: (y: Tensor, w: Tensor) => Tensor): KnownGraph => ({
  name: `${name} of a value that is added to its result`,
  inputs: SQUARE,
  build: (input) => {
    const y = ops.scale(input('x'), 0.5);
    return { outputs: { y, z: ops.add(lead(y, input('w')), y) } };
  },
});

const tanhSum = (x: Tensor) => ops.sum(ops.tanh(x));

/** The gradient of a loss for some of the inputs alone. */
const gradientFor = (
  name: string,
  inputs: KnownGraph['inputs'],
  wrt: readonly string[],
  loss: (input: Lookup) => Tensor,
): KnownGraph => ({
  name: `${name}, its gradient for ${wrt.join(' and ')} alone`,
  inputs,
  build: (input) => {
    const found = gradients(loss(input), wrt.map(input));
    return { outputs: Object.fromEntries(found.map((tensor, i) => [`d${wrt[i]}`, tensor])) };
  },
});

const attended = (input: Lookup) =>
  tanhSum(ops.crossAttention(input('q'), input('kv'), { heads: 2 }));

export const knownGraphs: readonly KnownGraph[] = [
  gradientFor(
    'attention weights of large scores, whose gradients are nearly equal',
    { x: [1, 33, 4] },
    ['x'],
    (input) => {
      const x = ops.scale(ops.sigmoid(input('x')), 33);
      const { weights } = ops.selfAttentionWeights(ops.concat([x, x, x], -1), { heads: 1 });
      return ops.sum(ops.mul(weights, ops.scale(ops.tanh(weights), 0.5, 1)));
    },
  ),
  beside('matmul', (y, w) => ops.matmul(y, w)),
  beside('softmax', (y) => ops.softmax(y)),
  beside('layerNorm', (y) => ops.layerNorm(y)),
  beside('transpose', (y) => ops.transpose(y, [1, 0])),
  beside('slice', (y) => ops.slice(y, { starts: [0, 0], ends: [8, 8], steps: [1, 1] })),
  beside('maximum', (y) => ops.max(y, { axis: 1, keepDims: true })),
  {
    name: 'embedding of ids that are added to its result',
    inputs: { x: [8, 8], w: [8, 8] },
    build: (input) => {
      const ids = ops.cast(ops.scale(ops.sigmoid(input('x')), 7.9), 'i32');
      const table = ops.reshape(input('w'), [64, 1]);
      const rows = ops.reshape(ops.embedding(ids, table), [8, 8]);
      return { outputs: { ids, z: ops.add(rows, ops.cast(ids, 'f32')) } };
    },
  },
  {
    name: 'the product with a quantised matrix whose rows are fewer than their size may be',
    inputs: { x: [3, 16], t: { dtype: 'i32', shape: [dim('N', 64), 4] }, s: [dim('N', 64), 1] },
    sizes: { N: 63 },
    build: (input) => {
      const scheme = quantisationScheme('int8', 64);
      const matrix = { scheme, columns: 16, words: input('t'), scales: input('s') };
      return { outputs: { y: ops.quantisedMatmul(input('x'), matrix) } };
    },
  },
  {
    name: 'a host whose second result its own epilogue would read',
    inputs: { x: [4, 6] },
    build: (input) => {
      const { values, indices } = ops.topK(input('x'), { k: 3 });
      return { outputs: { z: ops.add(values, ops.cast(indices, 'f32')) } };
    },
  },
  {
    name: 'the smallest i32 as a constant',
    inputs: { t: { dtype: 'i32', shape: [4] } },
    build: (input) => {
      const least = -(2 ** 31);
      const t = ops.clip(input('t'), { min: 0 });
      return {
        outputs: {
          padded: ops.pad(t, { before: [1], after: [2], value: least }),
          moved: ops.scale(t, 1, least),
          filled: ops.add(t, ops.fill([4], least, 'i32')),
        },
      };
    },
  },
  {
    name: 'sums and products that wrap around in i32',
    inputs: { t: { dtype: 'i32', shape: [4] } },
    build: (input) => {
      const large = ops.fill([4], 2 ** 31 - 1, 'i32');
      const t = ops.clip(input('t'), { min: 1, max: 9 });
      return {
        outputs: {
          sum: ops.add(t, large),
          difference: ops.sub(ops.scale(t, -1), large),
          product: ops.mul(ops.add(t, large), large),
          scaled: ops.scale(t, 2 ** 30 + 7, 5),
        },
      };
    },
  },
  gradientFor('tanh(y) + tanh(softmax(y))', { x: [4, 6] }, ['x'], (input) => {
    const y = ops.scale(input('x'), 0.5);
    return ops.add(tanhSum(y), tanhSum(ops.softmax(y)));
  }),
  gradientFor('attention', { q: [2, 3, 8], kv: [2, 5, 16] }, ['q'], attended),
  gradientFor('attention', { q: [2, 3, 8], kv: [2, 5, 16] }, ['kv'], attended),
  gradientFor('layerNorm', { x: [4, 6], w: [6], b: [6] }, ['w'], (input) =>
    tanhSum(ops.layerNorm(input('x'), input('w'), input('b'))),
  ),
  gradientFor('layerNorm', { x: [4, 6], w: [6], b: [6] }, ['b'], (input) =>
    tanhSum(ops.layerNorm(input('x'), input('w'), input('b'))),
  ),
  gradientFor(
    'cross-entropy, the loss itself not read',
    { x: [4, 6], t: { dtype: 'i32', shape: [4] } },
    ['x'],
    (input) => ops.sum(ops.crossEntropy(input('x'), input('t'))),
  ),
  {
    name: 'a product of a matrix with itself, and an epilogue of as many operands as there are bindings',
    inputs: Object.fromEntries(['x', ...'abcdef'].map((name) => [name, [8, 8]])),
    build: (input) => {
      const x = input('x');
      const square = ops.matmul(x, x);
      const parts = [...'abcdef'].map(input);
      return { outputs: { y: parts.reduce(ops.add, ops.mul(square, x)), square } };
    },
  },
  {
    name: 'a value packed from a view of a larger one',
    inputs: { x: [1, 128] },
    build: (input) => {
      const part = ops.view(input('x'), [56], 64);
      const packed = ops.pack([part], [0], 64);
      const [dx = packed] = gradients(tanhSum(packed), [input('x')]);
      return { outputs: { packed, dx } };
    },
  },
  {
    name: 'a state that becomes part of a larger value',
    inputs: { x: [128] },
    states: { m: [64] },
    build: (input, state) => ({
      outputs: { y: ops.tanh(state('m')) },
      updates: { m: ops.view(ops.tanh(input('x')), [64], 0) },
    }),
  },
  {
    name: 'an update in place of a pack with gaps, which stay zero',
    inputs: { x: [1] },
    build: (input) => {
      const first = ops.placeFlat(input('x'), 4, 0);
      const one = ops.fill([1], 0.5);
      const shared = { parameters: ops.tanh(first), gradients: ops.tanh(ops.scale(first, 2, 1)) };
      const [, momentum = first] = ops.sgd(
        { ...shared, first, scale: one, rate: one },
        { momentum: 0.9, nesterov: false, weightDecay: 0 },
      );
      return { outputs: { y: ops.neg(momentum) } };
    },
  },
  {
    name: 'an empty value at the end of a pack',
    inputs: { x: [64], none: [0, 3] },
    build: (input) => {
      const packed = ops.pack([input('x'), ops.tanh(input('none'))], [0, 64], 64);
      return { outputs: { packed, none: ops.view(packed, [0], 64) } };
    },
  },
  {
    name: 'products of shares of a sum of 65,537 terms',
    inputs: { x: [65537, 1, 1] },
    build: (input) => {
      const shares = ops.softmax(ops.scale(input('x'), 1e-5), { axis: -3 });
      return { outputs: { y: ops.matmul(shares, shares, { transposeB: true }) } };
    },
  },
  {
    name: 'the order of sums that differ by the order of their terms alone',
    inputs: { x: [1], ids: { dtype: 'i32', shape: [6, 12] } },
    build: (input) => {
      const shares = ops.softmax(ops.take(input('x'), input('ids'), { axis: 0 }));
      return { outputs: { order: ops.argsort(shares, { axis: 0, descending: true }) } };
    },
  },
  {
    name: 'small values beside their tanh, from which float32 seldom tells them',
    inputs: { x: [256] },
    build: (input) => {
      const x = ops.scale(input('x'), 2 ** -12);
      const y = ops.tanh(x);
      return { outputs: { same: ops.equal(x, y), other: ops.less(y, x) } };
    },
  },
  {
    name: 'remainders and powers of normed rows, whose code no host spells out for each element',
    inputs: { x: [5, 16], b: [5, 16] },
    build: (input) => ({
      outputs: {
        y: ops.mod(ops.layerNorm(input('x')), input('b')),
        z: ops.pow(ops.softmax(input('x')), input('b')),
        p: ops.pow(ops.abs(ops.matmul(input('x'), ops.transpose(input('b'), [1, 0]))), 0.3),
      },
    }),
  },
  {
    name: 'the largest of values that vanish in float32',
    inputs: { x: [2, 16] },
    build: (input) => {
      const tiny = ops.scale(ops.sigmoid(input('x')), 1e-30);
      const scores = ops.mul(tiny, tiny);
      return { outputs: { best: ops.argmax(scores), scores } };
    },
  },
  {
    name: 'a step of a beam search whose values are lost beside the scores',
    inputs: { x: [4, 1, 1] },
    build: (input) => {
      const values = ops.scale(input('x'), 1e-12);
      const beams = ops.fill([4, 2, 5], -1);
      const choices = ops.fill([4, 1, 1], 1, 'i32');
      const options = { lengthPenalty: 0, best: 1, eos: 2, pad: 0 };
      return { outputs: { beams: ops.beamStep(beams, values, choices, options).beams } };
    },
  },
  {
    name: 'a size that no input has',
    inputs: { x: [1, 4] },
    sizes: { N: 3 },
    build: (input) => {
      const rows = ops.broadcastTo(input('x'), [dim('N', 5), 4]);
      return { outputs: { y: ops.sum(rows, { axis: 0 }), z: ops.transpose(rows, [1, 0]) } };
    },
  },
  gradientFor('the product of a vector with a quantised matrix', { x: [32] }, ['x'], (input) => {
    const words = ops.fill([3, 4], 77, 'i32');
    const matrix = {
      scheme: quantisationScheme('int4'),
      columns: 32,
      words,
      scales: ops.fill([3, 1], 0.5),
    };
    return tanhSum(ops.quantisedMatmul(input('x'), matrix));
  }),
  gradientFor('the norm of a single value', { x: [] }, ['x'], (input) =>
    ops.sum(ops.clipScale(input('x'), 1.5).norm),
  ),
];

/** The graph with values, as the checks of drawn graphs take it. */
export function buildKnown({ inputs, states = {}, sizes = {}, build }: KnownGraph): Built {
  const type = (one: Shape | TensorType): TensorType =>
    'dtype' in one ? one : { dtype: 'f32', shape: one };
  const typed = (all: KnownGraph['inputs']) =>
    Object.fromEntries(Object.entries(all).map(([name, one]) => [name, type(one)]));
  const signature = { inputs: typed(inputs), states: typed(states) };
  const actual = new Map(Object.entries(sizes));
  const source = random(5);
  const draw = (dtype: DType) => (dtype === 'f32' ? Math.fround(source.normal()) : source.below(4));
  const values = (types: Readonly<Record<string, TensorType>>) =>
    new Map(
      Object.entries(types).map(([name, { dtype, shape }]) => {
        const sized = shape.map((d) => evaluateDim(d, actual));
        return [
          name,
          new NdArray(
            sized,
            new NdArray(sized).data.map(() => draw(dtype)),
          ),
        ] as const;
      }),
    );
  return {
    graph: trace(build, signature),
    inputs: values(signature.inputs),
    states: values(signature.states),
    sizes: actual,
    text: '',
    applied: new Map(),
    refused: new Map(),
  };
}
