/** Cases of running sums and products: all directions, every axis, lines of many tiles and blocks. */
import { dimAt } from '../../core/shape';
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { relu } from '../unary/op';
import { type CumulativeOptions, cumsum, productOfOthers } from './op';

const bound = (terms: number): Case['tolerance'] => ({
  relative: 2 * terms * EPSILON,
  because: `f32 sums of up to ${terms} terms in a fixed order`,
});

const exact: Case['tolerance'] = { relative: 0, because: 'whole numbers' };

type Options = Omit<CumulativeOptions, 'axis'>;

const directions: readonly Options[] = [
  {},
  { reverse: true },
  { exclusive: true },
  { reverse: true, exclusive: true },
];

const nameOf = ({ reverse = false, exclusive = false }: Options) =>
  `${reverse ? ', reverse' : ''}${exclusive ? ', exclusive' : ''}`;

function sums(
  name: string,
  shape: readonly number[],
  axis: number,
  options: Options = {},
  more: Partial<CaseInput> = {},
): Case {
  const terms = dimAt({ shape }, axis);
  return {
    name: `${name}${nameOf(options)}`,
    inputs: [{ shape, ...more }],
    build: (x) => cumsum(x, { axis, ...options }),
    tolerance: more.dtype === 'i32' ? exact : bound(terms),
    gradientTolerance: bound(terms),
  };
}

const every = (
  name: string,
  shape: readonly number[],
  axis: number,
  more: Partial<CaseInput> = {},
) => directions.map((options) => sums(name, shape, axis, options, more));

const whole = (size: number): Partial<CaseInput> => ({
  dtype: 'i32',
  fill: { kind: 'uniform', low: -size, high: size },
});

const others = (name: string, input: CaseInput, axis: number, terms: number): Case => ({
  name: `product of the others, ${name}`,
  inputs: [{ differentiable: false, ...input }],
  build: (x) => productOfOthers(x, axis),
  tolerance: { relative: 2 * terms * EPSILON, because: `products of up to ${terms} factors` },
});

export const cases: readonly Case[] = [
  ...every('rows', [3, 7], 1),
  ...every('columns', [5, 6], 0),
  ...every('the middle axis', [2, 5, 3], -2),
  ...every('whole numbers', [3, 11], 1, whole(1e6)),
  sums('one value', [1], 0),
  sums('one value, none before it', [3, 1], 1, { exclusive: true }),
  sums('no lines', [0, 5], 1),
  sums('lines of nothing', [4, 0], 1),
  sums('many lines', [130, 33], 1),
  sums('many columns', [33, 131], 0, { reverse: true }),
  ...every('several tiles and a part', [2, 1500], 1),
  sums('several tiles of columns', [1100, 3], 0, { exclusive: true }),
  ...every('one line of several blocks', [5003], 0),
  sums('columns of several blocks', [2, 4099, 2], 1, { reverse: true }),
  ...every('whole numbers in several blocks', [2, 4200], 1, whole(1e5)),
  sums('all positive', [9001], 0, {}, { fill: { kind: 'uniform', low: 0, high: 1 } }),
  sums('outliers', [4, 700], 1, {}, { fill: { kind: 'outliers', size: 1e4 } }),
  {
    name: 'with an epilogue',
    inputs: [{ shape: [6, 40] }],
    build: (x) => relu(cumsum(x, { axis: 1 })),
    tolerance: bound(40),
  },
  {
    name: 'with an epilogue, in several blocks',
    inputs: [{ shape: [4500] }],
    build: (x) => relu(cumsum(x, { axis: 0, exclusive: true })),
    tolerance: bound(4500),
  },
  others('rows', { shape: [4, 7] }, 1, 7),
  others('columns', { shape: [6, 5] }, 0, 6),
  others('one factor', { shape: [3, 1] }, 1, 1),
  others(
    'none, one and several zeros',
    {
      shape: [3, 5],
      fill: { kind: 'values', values: [2, 3, 4, 5, 6, 2, 0, 4, 5, 6, 0, 3, -0, 5, 6] },
    },
    1,
    5,
  ),
  others(
    'several blocks',
    { shape: [5000], fill: { kind: 'uniform', low: 0.999, high: 1.001 } },
    0,
    5000,
  ),
];
