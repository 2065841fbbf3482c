/** Cases of softmax and log-softmax: axes, masks, fully masked rows, outliers, large offsets. */
import { dimAt } from '../../core/shape';
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import type { Tensor } from '../../graph/op';
import { mul } from '../binary/op';
import { fill } from '../fill/op';
import { where } from '../select/op';
import { logSoftmax, type SoftmaxOptions, softmax } from './op';

/** SwiftShader's exp is up to 58 ULP off, in a value and in the sum of its row. */
const EXP = 58 * 2 ** -23;

const bound = (n: number): Case['tolerance'] => ({
  relative: (n + 8) * EPSILON + 2 * EXP,
  because: `exp up to 58 ULP off, f32 sum of ${n} of them`,
});

/** dx = y * (dy - sum(y * dy)): dy is about 1, however small dx is. */
const gradientBound = (n: number): Case['tolerance'] => ({
  relative: 4 * ((n + 8) * EPSILON + 2 * EXP),
  absolute: 2 * ((n + 8) * EPSILON + 2 * EXP),
  because: 'differences of about 1 times probabilities with the error of exp',
});

/** The logarithm is within 2^-21 near 1, and relative errors of the sum are absolute ones of it. */
const logBound = (n: number): Case['tolerance'] => ({
  relative: 4 * EPSILON,
  absolute: (n + 8) * EPSILON + EXP + 2 ** -21,
  because: `logarithm of an f32 sum of ${n} exponentials, each up to 58 ULP off`,
});

/** dx = dy - exp(y) * sum(dy), where dy is about 1 and the sum about n. */
const logGradientBound = (n: number): Case['tolerance'] => ({
  relative: 4 * EPSILON,
  absolute: 2 * n * ((n + 8) * EPSILON + 2 * EXP + 2 ** -21),
  because: `exp of a rounded logarithm, times a sum of ${n} terms of about 1`,
});

type Fill = CaseInput['fill'];

function softmaxCase(
  name: string,
  shape: readonly number[],
  axis = -1,
  fills: Fill = { kind: 'outliers', size: 10 },
): readonly Case[] {
  const n = dimAt({ shape }, axis);
  const inputs = [{ shape, fill: fills }];
  return [
    {
      name: `softmax, ${name}`,
      inputs,
      build: (x) => softmax(x, { axis }),
      tolerance: bound(n),
      gradientTolerance: gradientBound(n),
    },
    {
      name: `log-softmax, ${name}`,
      inputs,
      build: (x) => logSoftmax(x, { axis }),
      tolerance: logBound(n),
      gradientTolerance: logGradientBound(n),
    },
  ];
}

const large = (cases: readonly Case[]): readonly Case[] =>
  cases.map((item) => ({ ...item, differences: false }));

function maskedCase(
  name: string,
  shape: readonly number[],
  mask: CaseInput,
  options: Pick<SoftmaxOptions, 'axis'> = {},
): readonly Case[] {
  const n = dimAt({ shape }, options.axis ?? -1);
  const inputs = [{ shape }, { ...mask, dtype: 'bool' as const }];
  const shown = (y: Tensor, kept: Tensor) => where(kept, y, fill(y.shape, 0));
  return [
    {
      name: `softmax, ${name}`,
      inputs,
      build: (x, kept) => softmax(x, { ...options, mask: kept }),
      tolerance: bound(n),
      gradientTolerance: gradientBound(n),
    },
    {
      name: `log-softmax, ${name}`,
      inputs,
      // Masked results would drown all others in the loss and in the scale.
      build: (x, kept) => shown(logSoftmax(x, { ...options, mask: kept }), kept),
      tolerance: logBound(n),
      gradientTolerance: logGradientBound(n),
    },
  ];
}

const values = (...list: readonly number[]) => ({ kind: 'values', values: list }) as const;

export const cases: readonly Case[] = [
  ...softmaxCase('one value', [3, 1]),
  ...softmaxCase('odd', [5, 13]),
  ...softmaxCase('aligned', [6, 32]),
  ...softmaxCase('rank 1', [9]),
  ...softmaxCase('no rows', [0, 4]),
  ...softmaxCase('the first axis', [7, 5], 0),
  ...softmaxCase('a middle axis', [3, 6, 5], 1),
  ...softmaxCase('a middle axis before ones', [3, 8, 1], 1),
  ...softmaxCase('long rows', [3, 2845]),
  ...softmaxCase('many rows', [130, 64]),
  ...softmaxCase('equal values', [2, 24], -1, values(3)),
  ...large(softmaxCase('outliers', [9, 36], -1, { kind: 'outliers', size: 1e4 })),
  ...large(softmaxCase('a large offset', [4, 20], -1, { kind: 'normal', mean: 1e4 })),
  ...large(softmaxCase('a large negative offset', [4, 20], -1, { kind: 'normal', mean: -1e4 })),
  ...maskedCase('a mask of its own shape', [5, 12], { shape: [5, 12] }),
  ...maskedCase('a mask by row', [4, 3, 7], { shape: [3, 7] }),
  ...maskedCase('a mask by column, some rows hidden', [4, 8], {
    shape: [4, 1],
    fill: values(0, 1, 1, 0),
  }),
  ...maskedCase('everything hidden', [3, 10], { shape: [10], fill: values(0) }),
  ...maskedCase('a mask along the first axis', [6, 5], { shape: [6, 1] }, { axis: 0 }),
  {
    name: 'log-softmax of a hidden row is the finite minimum',
    inputs: [{ shape: [2, 5], differentiable: false }],
    build: (x) => logSoftmax(x, { mask: fill([5], 0, 'bool') }),
    tolerance: { relative: EPSILON, because: 'a constant' },
  },
  {
    name: 'softmax with an epilogue',
    inputs: [{ shape: [4, 12] }, { shape: [12] }],
    build: (x, scale) => mul(softmax(x), scale),
    tolerance: bound(12),
    gradientTolerance: gradientBound(12),
  },
];
