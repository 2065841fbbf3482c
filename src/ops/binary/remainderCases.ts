/** Cases of remainders: signs, quotients beyond f32's digits, zeros, infinities. */
import { type Case, EPSILON } from '../../graph/cases';
import { mul, sub } from './op';
import { mod } from './remainder';

const exact = { relative: EPSILON, because: 'exact, or one rounding of one sum' };
const whole = { relative: 0, because: 'exact' };
const gradientTolerance = {
  relative: 64 * EPSILON,
  because: 'f32 sums of up to 20 broadcast terms',
};

const divisors = { kind: 'uniform', low: 0.4, high: 3 } as const;
const values = (...list: readonly number[]) => ({ kind: 'values', values: list }) as const;

function plain(what: string, a: readonly number[], b: readonly number[]): Case {
  return {
    name: `mod ${what}`,
    inputs: [
      { shape: a, fill: { kind: 'normal', scale: 4 } },
      { shape: b, fill: divisors },
    ],
    build: (x, y) => mod(x, y),
    tolerance: exact,
    gradientTolerance,
  };
}

const { POSITIVE_INFINITY: INFINITE, NaN: NOT } = Number;
const largest = 3.4028234663852886e38;
const dividends = [
  ...[0, -0, 5, -5, 7.5, -7.5, 0.3, -0.3, 1e-20, -1e-20, 1e-38, 123456.789, -123456.789],
  ...[2 ** 24, -(2 ** 24) - 2, 1e10, -1e10, 1e30, -1e30, largest, -largest],
];

/** One divisor per case: the bound is relative to the largest result, which is below the divisor. */
function by(divisor: number, list: readonly number[] = dividends): Case {
  return {
    name: `mod of any size by ${divisor}`,
    inputs: [
      { shape: [list.length], fill: values(...list), differentiable: false },
      { shape: [], fill: values(divisor), differentiable: false },
    ],
    build: (a, b) => mod(a, b),
    tolerance: exact,
  };
}

const extremes = [0, 1, -1, 7, -7, 2 ** 31 - 1, -(2 ** 31), 2 ** 31 - 2, 1 - 2 ** 31];

export const remainderCases: readonly Case[] = [
  plain('of one shape', [3, 7], [3, 7]),
  plain('with a row', [4, 5, 3], [3]),
  plain('both broadcast', [4, 1, 3], [5, 1]),
  plain('with a scalar', [65], []),
  plain('of no elements', [0, 3], [3]),
  {
    ...plain('by negative divisors', [6, 11], [6, 11]),
    inputs: [
      { shape: [6, 11], fill: { kind: 'normal', scale: 4 } },
      { shape: [6, 11], fill: { kind: 'uniform', low: -3, high: -0.4 } },
    ],
  },
  ...[3, -3, 0.1, -0.7, 1e-10, 1e30, -1e30, 2 ** -126, INFINITE, -INFINITE].map((b) => by(b)),
  by(3e-40, [1e-38, 5e-39, 2e-40, 1, 1e-10]),
  by(0, [1, -1, 0, INFINITE]),
  by(2, [INFINITE, -INFINITE, NOT]),
  by(NOT, [1, -1]),
  {
    name: 'mod of whole numbers',
    inputs: [
      { shape: [extremes.length, 1], dtype: 'i32', fill: values(...extremes) },
      { shape: [extremes.length], dtype: 'i32', fill: values(...extremes) },
    ],
    build: (a, b) => mod(a, b),
    tolerance: whole,
  },
  {
    name: 'mod between other operations',
    inputs: [
      { shape: [5, 13], fill: { kind: 'uniform', low: 0.1, high: 0.9 } },
      { shape: [5, 13], fill: divisors },
    ],
    build: (a, b) => sub(a, mod(mul(a, a), mul(b, b))),
    tolerance: { relative: 4 * EPSILON, because: 'four roundings, away from whole quotients' },
    gradientTolerance,
  },
];
