/** Weights that a visitor changes, links, and their error rate. */
import { describe, expect, it } from 'vitest';
import {
  alignmentErrorRate,
  contextOf,
  linksOf,
  normalisedWeights,
  withWeight,
} from '../../../demo/views/road/bahdanau/weights';

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

describe('a weight that is set', () => {
  it('leaves the ratios of the others, and the sum', () => {
    expect(withWeight([0.5, 0.25, 0.25], 0, 0)).toEqual([0, 0.5, 0.5]);
    const found = withWeight([0.1, 0.2, 0.3, 0.4], 1, 0.6);
    expect(found[1]).toBe(0.6);
    expect(found[3]! / found[0]!).toBeCloseTo(4, 12);
    expect(sum(found)).toBeCloseTo(1, 12);
  });

  it('shares what is left equally where the others have nothing', () => {
    expect(withWeight([1, 0, 0], 0, 0.5)).toEqual([0.5, 0.25, 0.25]);
    expect(withWeight([0, 1, 0], 1, 1)).toEqual([0, 1, 0]);
  });

  it('is 1 where there is no other', () => {
    expect(withWeight([1], 0, 0.3)).toEqual([1]);
  });
});

it('numbers become weights by their sum', () => {
  expect(normalisedWeights([1, 3, 0])).toEqual([0.25, 0.75, 0]);
});

it('a context is the sum of annotations by their weights', () => {
  const annotations = [
    [1, 2],
    [10, 20],
  ];
  expect(contextOf([0.75, 0.25], annotations)).toEqual([3.25, 6.5]);
});

it('a word links with its strongest weight, and with none if that is the end', () => {
  const weights = [
    [0.1, 0.8, 0.1],
    [0.2, 0.1, 0.7],
    [0.6, 0.3, 0.1],
  ];
  expect(linksOf(weights)).toEqual([
    [1, 0],
    [0, 2],
  ]);
  // Two found, three true, one of them common: 1 - 2 / 5.
  const truth = [
    [1, 0],
    [1, 1],
    [1, 2],
  ] as const;
  expect(alignmentErrorRate(linksOf(weights), truth)).toBeCloseTo(0.6, 12);
  expect(alignmentErrorRate(truth, truth)).toBe(0);
  expect(alignmentErrorRate([], [])).toBe(0);
});
