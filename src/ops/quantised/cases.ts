/** Cases of quantised products and rows: every format, odd sizes, outliers, zero and huge groups. */
import {
  groupsPerRow,
  packetsPerRow,
  type QuantisedFormat,
  quantisationScheme,
} from '../../../shaders/quantised/format';
import { defined } from '../../core/errors';
import { quantiseMatrix } from '../../core/quantise';
import { random } from '../../core/random';
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import type { Tensor } from '../../graph/op';
import { add } from '../binary/op';
import { scale } from '../fill/op';
import { relu } from '../unary/op';
import type { QuantisedMatrix } from './attrs';
import { quantisedMatmul } from './op';
import { dequantiseRows } from './rows';

/** Rounding of k products and of the scales' products; dequantising is exact. */
const bound = (k: number) => ({
  relative: 4 * (k + 3) * EPSILON,
  because: `f32 sum of ${k} products in any order, a product with the scale`,
});

/**
 * The roundings to f16 of x, of W, of a product and of its sum with 15 others are relative to the sum of the
 * magnitudes of all products, which for normal values and k up to 100 is at most four times the largest result.
 */
const halfBound = (k: number) => ({
  relative: 4 * 18 * 2 ** -11 + bound(k).relative,
  because: 'products and their sums by 16 in f16, whose unit roundoff is 2^-11',
});

type Weights = 'outliers' | 'zero groups' | 'huge' | 'tiny';

/** Draws a weight. @param at index among all weights */
function draw(kind: Weights, source: ReturnType<typeof random>, at: number): number {
  const value = source.normal() * (source.next() < 0.02 ? 50 : 1);
  switch (kind) {
    case 'outliers':
      return value;
    case 'zero groups':
      return at % 96 < 64 ? 0 : value;
    case 'huge':
      return value * 200;
    case 'tiny':
      // The smallest numbers of f16 are subnormal.
      return value * 2 ** -18;
    default:
      return kind satisfies never;
  }
}

interface Matrix {
  readonly inputs: readonly CaseInput[];
  of(tensors: readonly Tensor[]): QuantisedMatrix;
}

/** A quantised matrix [rows, columns] as the inputs of a case. */
function matrix(
  format: QuantisedFormat,
  [rows, columns]: readonly [number, number],
  kind: Weights = 'outliers',
  group?: number,
): Matrix {
  const scheme = quantisationScheme(format, group);
  const source = random(rows * 1000 + columns);
  const values = Float32Array.from({ length: rows * columns }, (_, at) => draw(kind, source, at));
  const { words, scales } = quantiseMatrix('case', values, columns, scheme);
  const groups = groupsPerRow(scheme, columns);
  const stored = (dtype: 'i32' | 'f32', width: number, data: ArrayLike<number>): CaseInput => ({
    shape: [rows, width],
    dtype,
    fill: { kind: 'values', values: Array.from(data) },
    differentiable: false,
  });
  return {
    inputs: [
      stored('i32', 4 * packetsPerRow(scheme, columns), words),
      ...(groups === 0 ? [] : [stored('f32', groups, scales)]),
    ],
    of: ([first, second]) => ({
      scheme,
      columns,
      words: defined(first, 'words'),
      scales: second,
    }),
  };
}

const formats: readonly QuantisedFormat[] = ['f16', 'int8', 'int4'];

/** Sizes [M, K, N]: a single value, one token in a layer, part of a packet, odd sizes, many rows. */
const sizes: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [1, 128, 12],
  [2, 76, 9],
  [33, 65, 31],
  [20, 96, 68],
];

function product(
  format: QuantisedFormat,
  [m, k, n]: readonly [number, number, number],
  kind: Weights = 'outliers',
  group?: number,
): Case {
  const w = matrix(format, [n, k], kind, group);
  return {
    name: `${format} ${m}x${k}x${n} ${kind}${group === undefined ? '' : `, groups of ${group}`}`,
    inputs: [{ shape: [m, k], fill: { kind: 'outliers', size: 100 } }, ...w.inputs],
    build: (x, ...tensors) => quantisedMatmul(x, w.of(tensors)),
    tolerance: bound(k),
    gradientTolerance: bound(n),
  };
}

/** In half precision where the device has it: within its range. */
function halfProduct(format: QuantisedFormat, [m, k, n]: readonly [number, number, number]): Case {
  const w = matrix(format, [n, k]);
  return {
    name: `${format} ${m}x${k}x${n} in f16`,
    inputs: [{ shape: [m, k] }, ...w.inputs],
    build: (x, ...tensors) => quantisedMatmul(x, w.of(tensors), 'f16'),
    tolerance: halfBound(k),
    gradientTolerance: bound(n),
  };
}

function inModel(format: QuantisedFormat): readonly Case[] {
  const w = matrix(format, [20, 12]);
  const table = matrix(format, [11, 36]);
  const ids = {
    shape: [3, 5],
    dtype: 'i32',
    fill: { kind: 'uniform', low: -2, high: 13 },
  } as const;
  const dequantised = { relative: EPSILON, because: 'the product with the scale rounds once' };
  return [
    {
      name: `${format} with bias and activation, rows in two axes`,
      inputs: [{ shape: [2, 3, 12] }, { shape: [20] }, ...w.inputs],
      build: (x, bias, ...tensors) => relu(add(quantisedMatmul(x, w.of(tensors)), bias)),
      tolerance: bound(13),
      gradientTolerance: bound(64),
    },
    {
      name: `${format} rows by ids, some outside, scaled, with positions`,
      inputs: [ids, { shape: [5, 36], differentiable: false }, ...table.inputs],
      build: (rows, positions, ...tensors) =>
        add(scale(dequantiseRows(table.of(tensors), rows), 6), positions),
      tolerance: { relative: 3 * EPSILON, because: 'two products and a sum round once each' },
    },
    {
      name: `${format} all rows`,
      inputs: table.inputs,
      build: (...tensors) => dequantiseRows(table.of(tensors)),
      tolerance: dequantised,
    },
  ];
}

export const cases: readonly Case[] = formats.flatMap((format) => [
  ...sizes.map((size) => product(format, size)),
  product(format, [5, 70, 6], 'zero groups'),
  product(format, [5, 70, 6], 'huge'),
  product(format, [5, 70, 6], 'tiny'),
  ...(format === 'f16' ? [] : [product(format, [2, 300, 6], 'outliers', 128)]),
  ...inModel(format),
  halfProduct(format, [33, 65, 31]),
  halfProduct(format, [20, 96, 68]),
]);
