/** Cases of the unary functions: hostile magnitudes, tiny values, kinks left out of differences. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import type { Tensor } from '../../graph/op';
import {
  abs,
  erf,
  exp,
  gelu,
  geluTanh,
  log,
  neg,
  relu,
  rsqrt,
  sigmoid,
  silu,
  softplus,
  sqrt,
  square,
  tanh,
} from './op';

const exact = { relative: EPSILON, because: 'no or one rounding' };
/** What SwiftShader's exp and tanh are off by, seen up to 58 ULP; relative to results of 1. */
const transcendental = { relative: 128 * EPSILON, because: 'exp and tanh within 58 ULP' };

/** erf is a fit within 4 EPSILON; the error of exp counts erfc(1) = 0.16 times. */
const errorFunction = {
  relative: (4 + 0.16 * 128) * EPSILON,
  because: 'a fit within 4 EPSILON; exp within 58 ULP, counted 0.16 times',
};

/** max(x, 0) + log(1 + e^-|x|): WGSL's log is within 2^-21 near 1, exp within 58 ULP of at most 1. */
const logistic = {
  relative: 2 * EPSILON,
  absolute: 2 ** -21 + 58 * 2 ** -23,
  because: 'a logarithm near 1 of exp, which is up to 58 ULP off, and two sums',
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
    ...(what === 'large values' || what === 'extreme values'
      ? { differences: false as const }
      : {}),
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
  ...on('softplus', softplus, logistic, usual).map((one) => ({
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
];
