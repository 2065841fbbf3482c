/** Cases of cross-entropy: ignored rows, smoothing, huge logits, targets out of range. */
import { defined } from '../../core/errors';
import { lastDim } from '../../core/shape';
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { add, mul } from '../binary/op';
import { fill } from '../fill/op';
import { type CrossEntropyOptions, crossEntropy, meanCrossEntropy } from './op';

/**
 * WGSL's log is within 2^-21 near 1. SwiftShader's exp is up to 58 ULP (2^-23 each) off; relative
 * errors of the sum are absolute ones of its logarithm. Logits x are exact, x - max rounds once.
 */
const bound = (classes: number): Case['tolerance'] => ({
  relative: (classes + 8) * EPSILON,
  absolute: 2 ** -21 + 58 * 2 ** -23,
  because: `f32 sum of ${classes} exponentials, each up to 58 ULP off, and a logarithm near 1`,
});

/** Probabilities are at most 1 and dloss about 1: relative errors of exp and the sum are absolute. */
const gradientBound = (classes: number): Case['tolerance'] => ({
  relative: (classes + 8) * EPSILON + 2 * 58 * 2 ** -23,
  absolute: EPSILON,
  because: 'exp up to 58 ULP off in the value and in the sum of its row',
});

function lossCase(
  name: string,
  rows: readonly number[],
  classes: number,
  options: CrossEntropyOptions = {},
  fills: {
    readonly logits?: CaseInput['fill'] | undefined;
    readonly targets?: CaseInput['fill'] | undefined;
  } = {},
): Case {
  const uniform = { kind: 'uniform', low: 0, high: classes } as const;
  return {
    name,
    inputs: [
      { shape: [...rows, classes], fill: fills.logits ?? { kind: 'outliers', size: 10 } },
      { shape: rows, dtype: 'i32', fill: fills.targets ?? uniform },
    ],
    build: (logits, targets) => crossEntropy(logits, targets, options),
    tolerance: bound(classes),
    gradientTolerance: gradientBound(classes),
  };
}

const meanCase = (name: string, options: CrossEntropyOptions, targets: CaseInput['fill']): Case => {
  const base = lossCase(name, [3, 5], 12, options, { targets });
  return {
    ...base,
    build: (logits, labels) => {
      const { loss, count } = meanCrossEntropy(logits, labels, options);
      return [loss, count];
    },
  };
};

const values = (...list: readonly number[]) => ({ kind: 'values', values: list }) as const;

/** A weight multiplies everything, which rounds once more. */
const timesWeight = (
  { relative, absolute = 0, because }: Case['tolerance'],
  largest: number,
): Case['tolerance'] => ({
  relative: relative + 2 * EPSILON,
  absolute: absolute * largest,
  because: `${because}, times weights up to ${largest}`,
});

/** A case with class weights as its third input. */
function weighted(
  base: Case,
  fill: NonNullable<CaseInput['fill']> = { kind: 'uniform', low: 0.1, high: 2 },
  options: CrossEntropyOptions = {},
  largest = 2,
): Case {
  const classes = lastDim(defined(base.inputs[0], 'logits'));
  return {
    ...base,
    name: `class weights: ${base.name}`,
    inputs: [...base.inputs, { shape: [classes], fill, differentiable: false }],
    build: (logits, targets, weights) => crossEntropy(logits, targets, { ...options, weights }),
    tolerance: timesWeight(base.tolerance, largest),
    gradientTolerance: timesWeight(gradientBound(classes), largest),
  };
}

const weightedRows = (
  name: string,
  rows: readonly number[],
  classes: number,
  options: CrossEntropyOptions = {},
  targets?: CaseInput['fill'],
) => weighted(lossCase(name, rows, classes, options, { targets }), undefined, options);

/** The loss and its divisor, also for weights that sum to less than 1. */
const weightedMean = (
  name: string,
  options: CrossEntropyOptions,
  targets: CaseInput['fill'],
  fill?: CaseInput['fill'],
): Case => ({
  ...weighted(lossCase(name, [3, 5], 12, options, { targets }), fill, options),
  build: (logits, labels, weights) => {
    const { loss, count } = meanCrossEntropy(logits, labels, { ...options, weights });
    return [loss, count];
  },
});

export const cases: readonly Case[] = [
  lossCase('one class', [3], 1),
  lossCase('one row', [1], 8),
  lossCase('no rows', [0], 8),
  lossCase('odd', [7], 13),
  lossCase('aligned', [6], 32),
  lossCase('two leading axes', [2, 3], 20),
  lossCase('smoothing', [5], 11, { labelSmoothing: 0.1 }),
  lossCase('only smoothing', [4], 8, { labelSmoothing: 1 }),
  lossCase('ignored rows', [6], 9, { ignoreIndex: 0 }, { targets: values(0, 3, 8, 0, 1, 2) }),
  lossCase('an ignored index below 0', [4], 8, { ignoreIndex: -100 }, { targets: values(-100, 2) }),
  lossCase(
    'smoothing and ignored rows',
    [6],
    12,
    { labelSmoothing: 0.2, ignoreIndex: 1 },
    { targets: values(1, 3, 11) },
  ),
  lossCase('targets out of range', [5], 10, {}, { targets: values(-7, 10, 1000, 9, 0) }),
  {
    ...lossCase(
      'huge logits',
      [5],
      24,
      { labelSmoothing: 0.1 },
      {
        logits: { kind: 'normal', scale: 1e4 },
      },
    ),
    differences: false,
  },
  {
    ...lossCase('large offset', [5], 24, {}, { logits: { kind: 'normal', mean: 1e4 } }),
    differences: false,
  },
  {
    ...lossCase('large negative offset', [5], 7, {}, { logits: { kind: 'normal', mean: -1e4 } }),
    differences: false,
  },
  lossCase('equal logits', [3], 16, {}, { logits: values(0) }),
  lossCase('a vocabulary', [20], 2845, { labelSmoothing: 0.1 }),
  lossCase('a large vocabulary, aligned', [3], 32000),
  {
    ...lossCase('with an epilogue', [6], 10),
    build: (logits, targets) => {
      const loss = crossEntropy(logits, targets);
      return add(mul(loss, fill(loss.shape, 0.5)), fill(loss.shape, 1));
    },
  },
  meanCase('mean', {}, { kind: 'uniform', low: 0, high: 12 }),
  meanCase('mean with ignored rows', { ignoreIndex: 2 }, values(2, 3, 4, 2, 2)),
  meanCase('mean of ignored rows alone', { ignoreIndex: 2, labelSmoothing: 0.1 }, values(2)),
  weightedRows('one class', [3], 1),
  weightedRows('no rows', [0], 8),
  weightedRows('odd', [7], 13),
  weightedRows('aligned, two leading axes', [2, 3], 32),
  weightedRows('smoothing', [5], 11, { labelSmoothing: 0.1 }),
  weightedRows('smoothing, aligned', [9], 20, { labelSmoothing: 0.3 }),
  weightedRows(
    'smoothing and ignored rows',
    [6],
    12,
    { labelSmoothing: 0.2, ignoreIndex: -100 },
    values(-100, 3, 11),
  ),
  weightedRows('targets out of range', [5], 10, {}, values(-7, 10, 1000, 9, 0)),
  weightedRows('a vocabulary', [20], 2845, { labelSmoothing: 0.1 }),
  weighted(
    lossCase('zeros and large ones', [24], 7, { labelSmoothing: 0.1 }),
    values(0, 1000, 0, 1e-3, 3, 0, 50),
    { labelSmoothing: 0.1 },
    1000,
  ),
  {
    ...weighted(
      lossCase('huge logits', [5], 24, {}, { logits: { kind: 'normal', scale: 1e4 } }),
      undefined,
      { labelSmoothing: 0.1 },
    ),
    differences: false,
  },
  {
    ...weightedRows('with an epilogue', [6], 10),
    build: (logits, targets, weights) => {
      const loss = crossEntropy(logits, targets, { weights });
      return add(mul(loss, fill(loss.shape, 0.5)), fill(loss.shape, 1));
    },
  },
  weightedMean('mean', {}, { kind: 'uniform', low: 0, high: 12 }),
  weightedMean(
    'mean with ignored rows',
    { ignoreIndex: 2, labelSmoothing: 0.2 },
    values(2, 3, 4, 2),
  ),
  weightedMean('mean of ignored rows alone', { ignoreIndex: 2, labelSmoothing: 0.1 }, values(2)),
  weightedMean('mean of weights below 1', { labelSmoothing: 0.1 }, values(0, 1, 2), values(0.01)),
  weightedMean('mean of weights 0', {}, values(0, 1, 2), values(0)),
];
