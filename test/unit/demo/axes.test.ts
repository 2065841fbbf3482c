/** Axes of one picture after another: neither their signs nor their order change in between. */
import { expect, it } from 'vitest';
import { turnOf } from '../../../demo/views/road/wordVectors/axes';

it('takes axes as they are without a picture before', () => {
  expect(turnOf(undefined, [[1], [2]])).toEqual({ order: [0, 1], signs: [1, 1] });
});

it('turns axes round that flipped, and exchanges those that changed places', () => {
  const before = [
    [1, 0, 0],
    [0, 1, 0],
  ];
  const flipped = [
    [-0.9, 0.1, 0],
    [0.1, 0.9, 0],
  ];
  expect(turnOf(before, flipped)).toEqual({ order: [0, 1], signs: [-1, 1] });
  const exchanged = [
    [0.1, -0.9, 0.3],
    [0.8, 0.2, 0.1],
  ];
  expect(turnOf(before, exchanged)).toEqual({ order: [1, 0], signs: [1, -1] });
});
