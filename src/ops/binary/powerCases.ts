/** Cases of powers: whole exponents of negative bases, bases near 1, zeros, infinities, NaN. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import type { Tensor } from '../../graph/op';
import { add, sub } from './op';
import { pow } from './power';

/** Twice EPSILON is the largest ULP of a value. */
const tolerance = { relative: 6 * EPSILON, because: 'within 3 ULP' };
/** A subnormal result may be flushed to zero: its error is at most the smallest normal number. */
const flushed = { ...tolerance, absolute: 2 ** -126 };
/** a^b * log(a): WGSL's log is within 2^-21 between 0.5 and 2, and 3 ULP elsewhere. */
const gradientTolerance = {
  relative: 64 * EPSILON,
  absolute: 2 ** -19,
  because: 'a logarithm within 2^-21 of powers up to 4, and sums of up to 20 broadcast terms',
};

const positive = { kind: 'uniform', low: 0.3, high: 2 } as const;
const modest = { kind: 'uniform', low: -2, high: 2 } as const;
const values = (...list: readonly number[]) => ({ kind: 'values', values: list }) as const;

function plain(what: string, a: readonly number[], b: readonly number[]): Case {
  return {
    name: `pow ${what}`,
    inputs: [
      { shape: a, fill: positive },
      { shape: b, fill: modest },
    ],
    build: (x, y) => pow(x, y),
    tolerance,
    gradientTolerance,
  };
}

/** All bases with all exponents, without gradients. */
function table(what: string, bases: readonly number[], exponents: readonly number[]): Case {
  return {
    name: `pow ${what}`,
    inputs: [
      { shape: [bases.length, 1], fill: values(...bases), differentiable: false },
      { shape: [exponents.length], fill: values(...exponents), differentiable: false },
    ],
    build: (a, b) => pow(a, b),
    tolerance: flushed,
  };
}

function number(exponent: number, input: CaseInput = { shape: [3, 17], fill: positive }): Case {
  return {
    name: `pow of the number ${exponent}`,
    inputs: [input],
    build: (x) => pow(x, exponent),
    tolerance,
    gradientTolerance,
  };
}

const { NaN: NOT, POSITIVE_INFINITY: INFINITE } = Number;
const special = [0, -0, 1, -1, 0.5, -0.5, 2, -2, INFINITE, -INFINITE, NOT];
const next = 1 + 2 ** -23;

export const powerCases: readonly Case[] = [
  plain('of one shape', [3, 7], [3, 7]),
  plain('with a row', [4, 5, 3], [3]),
  plain('with a column', [4, 5, 3], [5, 1]),
  plain('both broadcast', [4, 1, 3], [5, 1]),
  plain('of a scalar', [], [33]),
  plain('with a scalar', [65], [1]),
  plain('of no elements', [0, 3], [3]),
  {
    name: 'pow of negative bases with whole exponents',
    inputs: [
      { shape: [9, 8], fill: { kind: 'uniform', low: -1.5, high: -0.7 } },
      { shape: [8], fill: values(-3, -2, -1, 0, 1, 2, 3, 4), differentiable: false },
    ],
    build: (a, b) => pow(a, b),
    tolerance,
    gradientTolerance,
  },
  {
    name: 'pow of zeros and ones',
    inputs: [
      { shape: [5], fill: values(0, 1, 0, 1, 2) },
      { shape: [5], fill: values(2, 0, 3, -7, 0) },
    ],
    build: (a, b) => pow(a, b),
    tolerance,
    gradientTolerance,
  },
  table('of special values with special exponents', special, [
    ...special,
    3,
    -3,
    4,
    1e30,
    -1e30,
    1e-40,
  ]),
  table('of negative bases with large exponents', [-1, -2, -0.5], [2 ** 24 - 1, 2 ** 24, 2 ** 31]),
  table('of negative bases with fractions', [-1, -8, -0.3], [0.5, 1 / 3, -2.5, 2 ** 22 + 0.5]),
  table('of bases near 1', [next, 1 / next, 1 - 2 ** -24, 1.001, 0.998], [1e7, -1e7, 12345.678]),
  table('of results near the largest', [2, 3.7e9, 1.0442738, 1e-19], [127, 1.98, -2, 2000]),
  table('of results near the smallest', [2, 7e9, 1e19, 0.97], [-125, -126.5, -3.9, 3000]),
  table('of subnormal bases', [1e-40, 2 ** -149, 2 ** -127], [0.5, -0.5, 0.1, -0.8]),
  {
    name: 'pow of many magnitudes with exponents of modest results',
    inputs: [
      { shape: [40, 1], fill: { kind: 'outliers', size: 1e30 }, differentiable: false },
      { shape: [25], fill: { kind: 'uniform', low: -0.05, high: 0.05 }, differentiable: false },
    ],
    build: (a, b) => pow(add(pow(a, 2), a), b),
    // The base may be negative: the reference gives NaN there, and so must the kernel.
    tolerance: { relative: 8 * EPSILON, because: 'within 3 ULP, of a base rounded twice' },
  },
  number(0),
  number(1),
  number(2, { shape: [7, 9] }),
  number(3, { shape: [7, 9] }),
  number(-1),
  number(0.5),
  number(-2.5),
  {
    name: 'pow between other operations',
    inputs: [
      { shape: [5, 13], fill: positive },
      { shape: [5, 13], fill: modest },
    ],
    build: (a: Tensor, b: Tensor) => sub(a, pow(add(a, a), sub(b, a))),
    tolerance: { relative: 16 * EPSILON, because: 'within 3 ULP, of an exponent rounded once' },
    gradientTolerance,
  },
];
