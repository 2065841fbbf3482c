/** Cases of comparisons, logic, selection and casts: exact. */
import type { Case, CaseInput } from '../../graph/cases';
import type { Tensor } from '../../graph/op';
import { zerosLike } from '../fill/op';
import { neg } from '../unary/op';
import {
  and,
  cast,
  equal,
  greater,
  greaterEqual,
  isNaN as isNaNOf,
  less,
  lessEqual,
  not,
  notEqual,
  or,
  where,
} from './op';

const tolerance = { relative: 0, because: 'exact' };
const gradientTolerance = { relative: 1e-6, because: 'sums of broadcast terms' };
const few: CaseInput = { shape: [4, 9], dtype: 'i32', fill: { kind: 'uniform', low: -2, high: 3 } };
const row: CaseInput = { shape: [9], dtype: 'i32', fill: { kind: 'uniform', low: -2, high: 3 } };
const flags: CaseInput = { shape: [4, 9], dtype: 'bool' };

const bits: CaseInput = {
  shape: [3, 11],
  differentiable: false,
  fill: {
    kind: 'values',
    values: [
      ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, -1],
      ...[3.4028234663852886e38, 2 ** -126, 2 ** -149, -1e-40],
    ],
  },
};

const compares: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  equal,
  notEqual,
  less,
  lessEqual,
  greater,
  greaterEqual,
};

export const cases: readonly Case[] = [
  ...Object.entries(compares).flatMap(([name, build]): readonly Case[] => [
    { name: `${name} of whole numbers`, inputs: [few, row], build, tolerance },
    {
      name: `${name} of f32`,
      inputs: [
        { shape: [5, 3], differentiable: false },
        { shape: [5, 1], differentiable: false },
      ],
      build,
      tolerance,
    },
  ]),
  { name: 'and', inputs: [flags, flags], build: (a, b) => and(a, b), tolerance },
  {
    name: 'or',
    inputs: [flags, { shape: [9], dtype: 'bool' }],
    build: (a, b) => or(a, b),
    tolerance,
  },
  { name: 'not', inputs: [flags], build: (x) => not(x), tolerance },
  {
    name: 'not between other operations',
    inputs: [flags, flags],
    build: (a, b) => not(or(not(and(a, b)), not(a))),
    tolerance,
  },
  {
    name: 'isNaN of NaN, infinities, zeros and subnormals',
    inputs: [bits],
    build: (x) => isNaNOf(x),
    tolerance,
  },
  {
    name: 'isNaN of one value',
    inputs: [{ ...bits, shape: [1] }],
    build: (x) => isNaNOf(x),
    tolerance,
  },
  {
    name: 'isNaN behind a change of sign',
    inputs: [bits],
    build: (x) => not(isNaNOf(neg(x))),
    tolerance,
  },
  {
    name: 'isNaN that chooses what replaces it',
    inputs: [bits],
    // A subnormal may be flushed.
    build: (x) => where(isNaNOf(x), zerosLike(x), x),
    tolerance: { ...tolerance, absolute: 2 ** -126 },
  },
  {
    name: 'where',
    inputs: [flags, { shape: [4, 9] }, { shape: [9] }],
    build: (c, a, b) => where(c, a, b),
    tolerance,
    gradientTolerance,
  },
  {
    name: 'where of a broadcast condition',
    inputs: [{ shape: [4, 1], dtype: 'bool' }, { shape: [4, 6] }, { shape: [1] }],
    build: (c, a, b) => where(c, a, b),
    tolerance,
    gradientTolerance,
  },
  {
    name: 'where of whole numbers',
    inputs: [flags, few, row],
    build: (c, a, b) => where(c, a, b),
    tolerance,
  },
  {
    name: 'cast of f32 to whole numbers',
    inputs: [{ shape: [31], fill: { kind: 'normal', scale: 50 }, differentiable: false }],
    build: (x) => cast(x, 'i32'),
    tolerance,
  },
  { name: 'cast of whole numbers to f32', inputs: [few], build: (x) => cast(x, 'f32'), tolerance },
  { name: 'cast of flags to f32', inputs: [flags], build: (x) => cast(x, 'f32'), tolerance },
  {
    name: 'cast of whole numbers to flags',
    inputs: [few],
    build: (x) => cast(x, 'bool'),
    tolerance,
  },
];
