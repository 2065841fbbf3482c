/** Cases of the unary functions: hostile magnitudes, tiny values, kinks left out of differences. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import type { Tensor } from '../../graph/op';
import { sub } from '../binary/op';
import {
  abs,
  erf,
  exp,
  floor,
  gelu,
  geluTanh,
  log,
  neg,
  relu,
  round,
  rsqrt,
  sigmoid,
  silu,
  softplus,
  sqrt,
  square,
  tanh,
} from './op';
import { cos, sin } from './sine';

const exact = { relative: EPSILON, because: 'no or one rounding' };
/** Errors of SwiftShader's exp and tanh: up to 58 ULP were seen. Relative to results of 1. */
const transcendental = { relative: 128 * EPSILON, because: 'exp and tanh within 58 ULP' };

/** erf is a fit within 4 EPSILON; the error of exp counts erfc(1) = 0.16 times. */
const errorFunction = {
  relative: (4 + 0.16 * 128) * EPSILON,
  because: 'a fit within 4 EPSILON; exp within 58 ULP, counted 0.16 times',
};

/** The error of exp, and ten roundings; below the smallest normal number a device may give 0. */
const logistic = {
  relative: 128 * EPSILON,
  absolute: 2 ** -125,
  because: 'exp within 58 ULP, then a series of positive terms',
};

const normal: CaseInput = { shape: [3, 17] };
const positive: CaseInput = { shape: [3, 17], fill: { kind: 'uniform', low: 0.05, high: 9 } };
const large: CaseInput = { shape: [65], fill: { kind: 'outliers', size: 1e4 } };
const small: CaseInput = { shape: [64], fill: { kind: 'uniform', low: -0.03, high: 0.03 } };
const extreme: CaseInput = {
  shape: [8],
  fill: { kind: 'values', values: [-1e4, 1e4, -88.8, 88.8, -10, 10, 0, -0] },
};
const tiny: CaseInput = { shape: [33], fill: { kind: 'normal', scale: 1e-20 } };

/** Twice EPSILON is the largest ULP of a value; results are at most 1. */
const circular = { relative: 6 * EPSILON, because: 'within 3 ULP, however large x is' };

const angles = (...values: readonly number[]): CaseInput => ({
  shape: [values.length],
  fill: { kind: 'values', values },
});
const { NaN: NOT, POSITIVE_INFINITY: INFINITE } = Number;

const sines = {
  'normal values': normal,
  'tiny values': tiny,
  'a few turns': { shape: [5, 41], fill: { kind: 'uniform', low: -40, high: 40 } },
  'many turns': { shape: [400], fill: { kind: 'uniform', low: -1e4, high: 1e4 } },
  'quarter turns and eighths': angles(
    ...Array.from({ length: 40 }, (_, i) => (i - 20) * (Math.PI / 4)),
  ),
  'values round pi / 4, where the reduction begins': {
    shape: [65],
    fill: { kind: 'normal', mean: 0.785, scale: 0.001 },
  },
  'large values': { shape: [65], fill: { kind: 'outliers', size: 1e6 } },
  'extreme values': angles(
    ...[0, -0, 1e10, -1e10, 2 ** 25, 2 ** 56, -(2 ** 87), 1e30, 3e38, 3.4028234663852886e38],
    // The numbers nearest to a multiple of pi / 2 (Muller et al. 2018, table 11.1).
    ...[16367173 * 2 ** 72, -(16367173 * 2 ** 72), 355, 710, -103993],
  ),
} satisfies Readonly<Record<string, CaseInput>>;

/** Results far below 1, with a bound relative to them: near multiples of pi no digit is lost. */
const smallSines: CaseInput = angles(
  ...[355, -355, 710, 1065, 103993, 104348, 208341, 312689, Math.fround(Math.PI)],
);

const ties: CaseInput = {
  shape: [20],
  differentiable: false,
  fill: {
    kind: 'values',
    values: [
      ...[-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 0.49999997, -0.49999997, 0, -0, 3.4999998, 1e-40],
      ...[2 ** 22 + 0.5, -(2 ** 22) - 1.5, 2 ** 23 - 0.5, 2 ** 23 + 1, -(2 ** 24), 1e30],
      ...[INFINITE, -INFINITE],
    ],
  },
};
const notFinite: CaseInput = { ...angles(INFINITE, -INFINITE, NOT, 1), differentiable: false };

/** Inputs so large that the step of the finite differences, which is relative to them, is too long. */
const COARSE = ['large values', 'extreme values', 'many turns', 'values near multiples of pi'];

type F = (x: Tensor) => Tensor;

function on(
  name: string,
  f: F,
  tolerance: Case['tolerance'],
  inputs: Readonly<Record<string, CaseInput>>,
): readonly Case[] {
  return Object.entries(inputs).map(([what, input]) => ({
    name: `${name} of ${what}`,
    inputs: [input],
    build: f,
    tolerance,
    ...(COARSE.includes(what) ? { differences: false as const } : {}),
  }));
}

const usual = {
  'normal values': normal,
  'large values': large,
  'extreme values': extreme,
  'tiny values': tiny,
};

export const cases: readonly Case[] = [
  ...on('neg', neg, exact, usual),
  ...on('abs', abs, exact, { 'normal values': normal, 'large values': large }),
  ...on('exp', exp, transcendental, { 'normal values': normal, 'tiny values': tiny }),
  ...on(
    'log',
    log,
    { relative: 16 * EPSILON, because: 'WGSL: log within 3 ULP' },
    { 'positive values': positive },
  ),
  ...on(
    'sqrt',
    sqrt,
    { relative: 8 * EPSILON, because: 'WGSL: 1 / inverseSqrt, 2 ULP' },
    { 'positive values': positive },
  ),
  ...on(
    'rsqrt',
    rsqrt,
    { relative: 8 * EPSILON, because: 'WGSL: 2 ULP' },
    { 'positive values': positive },
  ),
  ...on('tanh', tanh, transcendental, usual),
  ...on('sigmoid', sigmoid, transcendental, usual),
  ...on('softplus', softplus, logistic, {
    ...usual,
    'values far below zero': { shape: [65], fill: { kind: 'uniform', low: -80, high: -4 } },
  }).map((one) => ({
    ...one,
    gradientTolerance: transcendental,
  })),
  ...on('relu', relu, exact, { 'normal values': normal, 'large values': large }),
  // Without tiny values: their squares are subnormal, which a device may flush to zero.
  ...on('square', square, exact, {
    'normal values': normal,
    'large values': large,
    'extreme values': extreme,
    'small values': small,
  }),
  ...on('erf', erf, errorFunction, {
    ...usual,
    'small values': small,
    'values round 1, where the fits meet': {
      shape: [65],
      fill: { kind: 'normal', mean: 1, scale: 0.1 },
    },
  }),
  ...on('silu', silu, transcendental, usual),
  ...on('gelu', gelu, transcendental, usual),
  ...on('gelu by tanh', geluTanh, transcendental, usual),
  ...on('sin', sin, circular, { ...sines, 'what is not finite': notFinite }),
  ...on('cos', cos, circular, { ...sines, 'what is not finite': notFinite }),
  ...on('sin', sin, circular, { 'values near multiples of pi': smallSines }),
  ...on('floor', floor, exact, { 'normal values': normal, 'whole numbers and halves': ties }),
  ...on('round', round, exact, { 'normal values': normal, 'whole numbers and halves': ties }),
  ...on('x - floor(x) - round(cos(x))', (x) => sub(sub(x, floor(x)), round(cos(x))), exact, {
    'normal values': normal,
  }),
];
