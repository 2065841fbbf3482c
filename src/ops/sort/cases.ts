/** Cases of sorting: ties, infinities, both zeros, runs that end anywhere, lines of every axis. */
import type { Case, CaseInput } from '../../graph/cases';
import { argsort, type SortOptions, sort } from './op';

const exact = { relative: 0, because: 'values and indices are copied, never computed' };
const gradientTolerance = { relative: 1e-7, because: 'one product with the weight of the loss' };

const listed = (...list: readonly number[]) => ({ kind: 'values', values: list }) as const;

function sorted(
  name: string,
  shape: readonly number[],
  options: SortOptions,
  more: Partial<CaseInput> = {},
): Case {
  return {
    name: `${name}${options.descending === true ? ', falling' : ''}`,
    inputs: [{ shape, ...more }],
    build: (x) => {
      const { values, indices } = sort(x, options);
      return [values, indices];
    },
    tolerance: exact,
    gradientTolerance,
  };
}

/** The case in ascending and in descending order. */
const both = (
  name: string,
  shape: readonly number[],
  options: SortOptions = {},
  more: Partial<CaseInput> = {},
): readonly Case[] =>
  [false, true].map((descending) => sorted(name, shape, { ...options, descending }, more));

/** Values on which finite differences step over a tie. */
const hostile = (...list: readonly number[]): Partial<CaseInput> => ({
  fill: listed(...list),
  differentiable: false,
});

const INFINITE = [
  Number.POSITIVE_INFINITY,
  -0,
  1,
  Number.NEGATIVE_INFINITY,
  0,
  -3.4028234663852886e38,
  1e-40,
  -1,
  3.4028234663852886e38,
  -1e-40,
  -0,
];

const backwards = (length: number) => Array.from({ length }, (_, i) => length - i);

export const cases: readonly Case[] = [
  ...both('one value', [3, 1]),
  ...both('a rank of 1', [13]),
  ...both('rows', [5, 33]),
  ...both('columns', [34, 5], { axis: 0 }),
  ...both('the middle axis', [2, 31, 3], { axis: 1 }),
  ...both('ties, infinities, both zeros and subnormal numbers', [2, 55], {}, hostile(...INFINITE)),
  ...both('equal values', [2, 40], {}, hostile(2)),
  ...both(
    'whole numbers to the ends of their range',
    [4, 9],
    {},
    {
      dtype: 'i32',
      ...hostile(0, -1, 2147483647, 5, -2147483648, 5, 1, -1, 2),
    },
  ),
  ...both('runs and one element', [1, 129]),
  ...both('many workgroups', [2, 700, 3], { axis: -2 }),
  ...both('ties in long lines', [3, 300], {}, hostile(1, 3, 2, 3, 3, 0, -7)),
  ...both('infinities in long lines', [2, 401], {}, hostile(...INFINITE)),
  ...both('equal values in long lines', [2, 260], {}, hostile(-4)),
  ...both(
    'long lines in order',
    [2, 513],
    {},
    hostile(...Array.from({ length: 513 }, (_, i) => i)),
  ),
  ...both('long lines in reverse order', [2, 512], {}, hostile(...backwards(512))),
  ...both(
    'whole numbers in long lines',
    [3, 200],
    {},
    {
      dtype: 'i32',
      fill: { kind: 'uniform', low: -9, high: 9 },
    },
  ),
  ...both(
    'one line longer than is compared',
    [5001],
    {},
    { fill: { kind: 'outliers', size: 1e6 } },
  ),
  sorted('no lines', [0, 200], {}),
  sorted('lines of nothing', [3, 0], {}),
  {
    name: 'indices alone',
    inputs: [{ shape: [3, 17], differentiable: false }],
    build: (x) => argsort(x),
    tolerance: exact,
  },
  {
    name: 'values alone, of long columns',
    inputs: [{ shape: [150, 3] }],
    build: (x) => sort(x, { axis: 0 }).values,
    tolerance: exact,
    gradientTolerance,
  },
  {
    name: 'indices alone, of long lines, falling',
    inputs: [{ shape: [2, 257], differentiable: false }],
    build: (x) => argsort(x, { descending: true }),
    tolerance: exact,
  },
];
