/** Cases of the optimisers and of clipping. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { adagrad, adam, clipScale, rmsprop, sgd, sumSquares } from './op';

const tolerance = { relative: 16 * EPSILON, because: 'a dozen f32 operations a value' };
const arena = (size: number, fill?: CaseInput['fill']): CaseInput => ({
  shape: [size],
  differentiable: false,
  ...(fill ? { fill } : {}),
});
const value = (...values: readonly number[]): CaseInput => ({
  shape: [values.length],
  differentiable: false,
  fill: { kind: 'values', values },
});
const values = (...list: readonly number[]) => ({ kind: 'values', values: list }) as const;
const positive = { kind: 'uniform', low: 0.01, high: 2 } as const;

const plain = { beta1: 0.9, beta2: 0.98, epsilon: 1e-9, weightDecay: 0, decoupled: false };

const adamCase = (name: string, size: number, options: Partial<typeof plain>): Case => ({
  name: `adam ${name}`,
  inputs: [
    arena(size),
    arena(size),
    arena(size, positive),
    arena(size),
    value(0.5),
    value(0.01),
    value(0.27, 0.06),
  ],
  build: (parameters, first, second, gradients, scale, rate, corrections) =>
    adam(
      { parameters, first, second, gradients, scale, rate, corrections },
      { ...plain, ...options },
    ),
  tolerance,
});

const amsgradCase = (name: string, size: number, options: Partial<typeof plain>): Case => {
  const { inputs } = adamCase(name, size, options);
  return {
    name: `adam ${name}`,
    // About half of the largest second moments stay, the others are replaced.
    inputs: [...inputs, arena(size, positive)],
    build: (parameters, first, second, gradients, scale, rate, corrections, largest) =>
      adam(
        { parameters, first, second, gradients, scale, rate, corrections, largest },
        { ...plain, ...options },
      ),
    tolerance,
  };
};

const sgdCase = (
  name: string,
  options: { momentum: number; nesterov: boolean; weightDecay: number },
): Case => ({
  name: `sgd ${name}`,
  inputs: [arena(64), arena(64), arena(64), value(1), value(0.1)],
  build: (parameters, first, gradients, scale, rate) =>
    sgd({ parameters, first, gradients, scale, rate }, options),
  tolerance,
});

const rmspropPlain = { alpha: 0.99, epsilon: 1e-8, weightDecay: 0, momentum: 0, centered: false };

const rmspropCase = (
  name: string,
  size: number,
  options: Partial<typeof rmspropPlain> = {},
  gradients?: CaseInput['fill'],
): Case => {
  const { momentum, centered } = { ...rmspropPlain, ...options };
  const extra = [...(momentum > 0 ? [arena(size)] : []), ...(centered ? [mean(size)] : [])];
  return {
    name: `rmsprop ${name}`,
    inputs: [
      ...[arena(size), arena(size, gradients), value(0.5), value(0.01)],
      ...[arena(size, positive), ...extra],
    ],
    build: (parameters, gradients, scale, rate, squareAverage, first, second) =>
      rmsprop(
        {
          ...{ parameters, gradients, scale, rate, squareAverage },
          momentumBuffer: momentum > 0 ? first : undefined,
          gradientAverage: centered ? (momentum > 0 ? second : first) : undefined,
        },
        { ...rmspropPlain, ...options },
      ),
    tolerance,
  };
};

/** Averages of gradients whose squares stay below the smallest average of squares. */
const mean = (size: number) => arena(size, { kind: 'uniform', low: -0.09, high: 0.09 });

const adagradCase = (
  name: string,
  size: number,
  options: { readonly epsilon?: number; readonly weightDecay?: number } = {},
  gradients?: CaseInput['fill'],
  sums: CaseInput['fill'] = positive,
): Case => ({
  name: `adagrad ${name}`,
  inputs: [
    ...[arena(size), arena(size, gradients), value(0.5), value(0.01)],
    ...[arena(size, sums)],
  ],
  build: (parameters, gradients, scale, rate, sum) =>
    adagrad(
      { parameters, gradients, scale, rate, sum },
      { epsilon: 1e-10, weightDecay: 0, ...options },
    ),
  tolerance,
});

/**
 * The longest chain of f32 additions: four unrolled sums of a slab in 64 lanes, 16 partial sums per lane, then
 * 64 lanes. The summands are not negative, so nothing cancels; a product rounds once.
 */
const squares = (size: number): Case['tolerance'] => ({
  relative: (Math.ceil(size / (4 * 64 * 64)) + 16 + 64 + 10) * EPSILON,
  because: 'f32 sum of squares in slabs: the longest chain of additions',
});

const clip = (name: string, size: number, maxNorm: number, fill?: CaseInput['fill']): Case => ({
  name: `clip ${name}`,
  inputs: [arena(size, fill)],
  build: (gradients) => {
    const { norm, scale } = clipScale(gradients, maxNorm);
    return [norm, scale];
  },
  tolerance: squares(size),
});

const sumCase = (name: string, shape: readonly number[], fill?: CaseInput['fill']): Case => ({
  name: `sum of squares, ${name}`,
  inputs: [{ shape, ...(fill ? { fill } : {}) }],
  build: (x) => sumSquares(x),
  tolerance: squares(shape.reduce((a, b) => a * b, 1)),
});

export const cases: readonly Case[] = [
  adamCase('plain', 128, {}),
  adamCase('with decay of the gradient', 64, { weightDecay: 0.05 }),
  adamCase('with decay of the weights', 64, { weightDecay: 0.05, decoupled: true }),
  adamCase('over several workgroups', 4096, { beta2: 0.999, epsilon: 1e-8 }),
  amsgradCase('amsgrad', 64, {}),
  amsgradCase('amsgrad with decay of the weights', 132, { weightDecay: 0.05, decoupled: true }),
  adamCase('of one vector', 4, {}),
  sgdCase('with momentum', { momentum: 0.9, nesterov: false, weightDecay: 0 }),
  sgdCase('nesterov with decay', { momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  sgdCase('without momentum', { momentum: 0, nesterov: false, weightDecay: 0 }),
  rmspropCase('plain', 128),
  rmspropCase('of one vector', 4),
  rmspropCase('with momentum', 64, { momentum: 0.9 }),
  rmspropCase('centered', 64, { centered: true, alpha: 0.9 }),
  rmspropCase('centered, momentum and decay', 132, {
    ...{ centered: true, momentum: 0.9, weightDecay: 0.05, alpha: 0.9 },
  }),
  rmspropCase('over several workgroups', 4096, { alpha: 0.9, weightDecay: 0.01 }),
  rmspropCase('of zero gradients', 64, { momentum: 0.5 }, values(0)),
  rmspropCase('of outliers', 260, {}, { kind: 'outliers', size: 1e6 }),
  adagradCase('plain', 128),
  adagradCase('of one vector', 4, { weightDecay: 0.05 }),
  adagradCase('over several workgroups', 4100, { weightDecay: 0.05, epsilon: 1e-8 }),
  adagradCase('from nothing, with zero gradients', 64, {}, values(0, 2), values(0)),
  adagradCase('of outliers', 260, {}, { kind: 'outliers', size: 1e6 }),
  clip('active', 4096, 1),
  clip('inactive', 64, 100),
  clip('of zeros', 64, 1, { kind: 'values', values: [0] }),
  clip('of a long arena', 200_000, 5),
  clip('of outliers', 4160, 1, { kind: 'outliers', size: 1e6 }),
  sumCase('one value', [1]),
  sumCase('an odd number', [7, 11]),
  sumCase('a multiple of four', [4, 9]),
  sumCase('nothing', [0]),
  sumCase('odd and long', [70_001], { kind: 'outliers', size: 1e4 }),
];
