/** Cases of layer norm and RMS norm: odd and aligned rows, large offsets, tiny variances, outliers. */
import { dimAt, lastDim } from '../../core/shape';
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { layerNorm, rmsNorm } from './op';

/** 1 / sqrt(epsilon): what a row without variance is scaled by. */
const EPSILON_DEVIATION = 1e-5 ** -0.5;

/** Means over C terms, then about ten roundings of values up to sqrt(C) deviations. */
const bound = (size: number): Case['tolerance'] => ({
  relative: (size + 16) * EPSILON,
  because: `f32 sums of ${size} terms in any order, then about ten roundings`,
});

/** dweight and dbias sum over the rows, dx over C; terms are products of three rounded factors. */
const gradientBound = (rows: number, size: number): Case['tolerance'] => ({
  relative: 4 * (rows + size + 16) * EPSILON,
  because: `f32 sums of ${rows} rows and of ${size} columns of rounded products`,
});

function normCase(
  name: string,
  shape: readonly number[],
  fill: NonNullable<CaseInput['fill']> = { kind: 'normal' },
): Case {
  const size = lastDim({ shape });
  const rows = shape.slice(0, -1).reduce((a, b) => a * b, 1);
  return {
    name: `layer norm, ${name}`,
    inputs: [{ shape, fill }, { shape: [size] }, { shape: [size] }],
    build: (x, weight, bias) => layerNorm(x, weight, bias),
    tolerance: bound(size),
    gradientTolerance: gradientBound(rows, size),
  };
}

const rmsCase = (name: string, shape: readonly number[], fill?: CaseInput['fill']): Case => ({
  name: `RMS norm, ${name}`,
  inputs: [{ shape, ...(fill ? { fill } : {}) }, { shape: shape.slice(-1) }],
  build: (x, weight) => rmsNorm(x, weight, { epsilon: 1e-6 }),
  tolerance: bound(lastDim({ shape })),
  gradientTolerance: gradientBound(dimAt({ shape }, 0), lastDim({ shape })),
});

export const cases: readonly Case[] = [
  normCase('one row', [1, 8]),
  normCase('odd rows and columns', [5, 13]),
  normCase('aligned', [6, 32]),
  normCase('rank 1', [12]),
  normCase('rank 3', [2, 3, 20]),
  normCase('no rows', [0, 8]),
  normCase('outliers', [9, 36], { kind: 'outliers', size: 100 }),
  normCase('many rows, strips of them', [300, 6]),
  normCase('a layer', [70, 512]),
  normCase('long rows', [3, 4096]),
  normCase('long odd rows', [2, 1025]),
  { ...normCase('large offset', [7, 64], { kind: 'normal', mean: 1e4 }), differences: false },
  {
    ...normCase('large values', [4, 24], { kind: 'normal', scale: 1e6 }),
    differences: false,
  },
  {
    ...normCase('tiny variance on an offset', [5, 16], {
      kind: 'values',
      values: [1, 1 + 2 ** -20, 1 - 2 ** -20, 1, 1 + 2 ** -18],
    }),
    differences: false,
  },
  {
    ...normCase('columns of size 1', [6, 1]),
    differences: false,
    gradientTolerance: {
      relative: 4 * 23 * EPSILON,
      absolute: 4 * 2.5 * EPSILON * EPSILON_DEVIATION,
      because:
        'dx is a difference of equal terms, scaled by 1/sqrt(1e-5); a mean divides to 2.5 ulp',
    },
  },
  {
    ...normCase('equal values', [3, 10], { kind: 'values', values: [7] }),
    differences: false,
  },
  {
    name: 'layer norm without weight and bias',
    inputs: [{ shape: [4, 9] }],
    build: (x) => layerNorm(x, undefined, undefined, { epsilon: 1e-3 }),
    tolerance: bound(9),
    gradientTolerance: gradientBound(4, 9),
  },
  {
    name: 'layer norm with weight alone',
    inputs: [{ shape: [4, 12] }, { shape: [12] }],
    build: (x, weight) => layerNorm(x, weight),
    tolerance: bound(12),
    gradientTolerance: gradientBound(4, 12),
  },
  {
    name: 'layer norm with bias alone',
    inputs: [{ shape: [4, 12] }, { shape: [12] }],
    build: (x, bias) => layerNorm(x, undefined, bias),
    tolerance: bound(12),
    gradientTolerance: gradientBound(4, 12),
  },
  rmsCase('odd', [5, 13]),
  rmsCase('aligned', [6, 64]),
  rmsCase('outliers', [4, 36], { kind: 'outliers', size: 100 }),
  {
    ...rmsCase('tiny values', [3, 20], { kind: 'normal', scale: 1e-4 }),
    // The step of the differences is a tenth of the values.
    differences: false,
  },
  {
    name: 'RMS norm without weight',
    inputs: [{ shape: [3, 7] }],
    build: (x) => rmsNorm(x),
    tolerance: bound(7),
    gradientTolerance: gradientBound(3, 7),
  },
];
