/** Measures of separation against values worked out by hand. */
import { describe, expect, it } from 'vitest';
import {
  distancesOf,
  majority,
  meanDistances,
  neighbourAccuracy,
  silhouette,
} from '../../../experiments/lib/separation';

const line = (...places: readonly number[]) => distancesOf(places.map((at) => [at, 0]));

describe('the silhouette', () => {
  it('is the mean of (b - a) / max(a, b)', () => {
    // 0: a 1, b 5.5; 1: a 1, b 4.5; 5: a 1, b 4.5; 6: a 1, b 5.5.
    const expected = (4.5 / 5.5 + 3.5 / 4.5) / 2;
    expect(silhouette(line(0, 1, 5, 6), ['x', 'x', 'y', 'y'])).toBeCloseTo(expected, 12);
  });

  it('compares with the nearest of several other labels', () => {
    // 0 and 1: b is the distance to 3; 3 and 10 are alone.
    const labels = ['x', 'x', 'y', 'z'];
    expect(silhouette(line(0, 1, 3, 10), labels)).toBeCloseTo((2 / 3 + 1 / 2) / 4, 12);
  });

  it('is 0 for equal points, and negative where labels are crossed', () => {
    expect(silhouette(line(2, 2, 2, 2), ['x', 'y', 'x', 'y'])).toBe(0);
    expect(silhouette(line(0, 1, 0, 1), ['x', 'x', 'y', 'y'])).toBeLessThan(0);
  });
});

describe('the nearest neighbour', () => {
  it('counts points whose nearest other point has their label', () => {
    expect(neighbourAccuracy(line(0, 1, 5, 6, 6.5), ['x', 'x', 'y', 'x', 'y'])).toBeCloseTo(
      0.4,
      12,
    );
  });

  it('counts equally near ones by their part', () => {
    // All equal: each x has 2 of 3 others of its label, the y none.
    expect(neighbourAccuracy(line(1, 1, 1, 1), ['x', 'x', 'x', 'y'])).toBeCloseTo(0.5, 12);
  });
});

it('mean distances are of pairs, the majority of points', () => {
  const labels = ['x', 'x', 'y'];
  expect(meanDistances(line(0, 1, 5), labels)).toEqual({ within: 1, between: 4.5 });
  expect(majority(labels)).toBeCloseTo(2 / 3, 12);
});
