/** Cases of additive attention: ragged and aligned sizes, hidden keys, rows that see nothing. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { additiveAttention } from './op';

interface Sizes {
  readonly batch: number;
  readonly keys: number;
  readonly size: number;
  readonly valueSize: number;
  readonly lengths?: readonly number[];
  /** Scale of the energy: large ones make the softmax sharp. */
  readonly sharpness?: number;
}

function additiveCase(name: string, sizes: Sizes): Case {
  const { batch, keys, size, valueSize, lengths, sharpness = 0.6 } = sizes;
  const inputs: readonly CaseInput[] = [
    { shape: [batch, size] },
    { shape: [batch, keys, size] },
    { shape: [size], fill: { kind: 'normal', scale: sharpness } },
    { shape: [batch, keys, valueSize] },
    ...(lengths === undefined
      ? []
      : [{ shape: [batch], dtype: 'i32', fill: { kind: 'values', values: lengths } } as const]),
  ];
  // An absolute error of a score becomes a relative error of its weight.
  const score = 64 * size * Math.max(1, sharpness) * EPSILON;
  return {
    name,
    inputs,
    build: (query, key, energy, values, seen) => {
      const { context, weights } = additiveAttention(query, key, energy, values, seen);
      return [context, weights];
    },
    tolerance: {
      relative: score + (keys + 8) * EPSILON,
      because: `scores of ${size} terms with a tanh of up to 64 ULP, in the exponent; sums of ${keys}`,
    },
    gradientTolerance: {
      relative: 8 * (score + (keys + batch + valueSize) * EPSILON),
      // With a sharp softmax, the difference of two nearly equal sums of valueSize terms remains.
      absolute: 2 * sharpness * valueSize * EPSILON,
      because: 'the same, sums over keys, channels and rows, and what cancels in the softmax',
    },
  };
}

export const cases: readonly Case[] = [
  additiveCase('ragged', { batch: 3, keys: 5, size: 7, valueSize: 6 }),
  additiveCase('aligned', { batch: 2, keys: 4, size: 8, valueSize: 12 }),
  additiveCase('hidden keys', {
    batch: 4,
    keys: 6,
    size: 8,
    valueSize: 8,
    lengths: [6, 1, 3, 5],
  }),
  additiveCase('hidden keys, ragged', {
    batch: 3,
    keys: 6,
    size: 5,
    valueSize: 3,
    lengths: [2, 6, 1],
  }),
  additiveCase('a row that sees nothing', {
    batch: 3,
    keys: 4,
    size: 4,
    valueSize: 4,
    lengths: [4, 0, 2],
  }),
  additiveCase('one key', { batch: 2, keys: 1, size: 4, valueSize: 5 }),
  additiveCase('more keys than lanes', { batch: 9, keys: 70, size: 12, valueSize: 20 }),
  {
    ...additiveCase('sharp', { batch: 2, keys: 9, size: 16, valueSize: 8, sharpness: 20 }),
    differences: false,
  },
  {
    ...additiveCase('of which only the context is read', {
      batch: 3,
      keys: 5,
      size: 8,
      valueSize: 4,
    }),
    build: (query, keys, energy, values) => additiveAttention(query, keys, energy, values).context,
  },
  {
    ...additiveCase('of which only the weights are read', {
      batch: 3,
      keys: 5,
      size: 8,
      valueSize: 4,
    }),
    build: (query, keys, energy, values) => additiveAttention(query, keys, energy, values).weights,
  },
];
