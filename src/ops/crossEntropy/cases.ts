/** Cases of cross-entropy: ignored rows, smoothing, huge logits, targets out of range. */
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
  fills: { readonly logits?: CaseInput['fill']; readonly targets?: CaseInput['fill'] } = {},
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
];
