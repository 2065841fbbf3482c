/** Orders of words, and how far vectors of two orders are apart. */
import { describe, expect, it } from 'vitest';
import { distances, shuffledOrder } from '../../../demo/views/road/positions/sinusoids';

describe('an order of words', () => {
  it('has every word once, is the same for a seed, and the given one for seed 0', () => {
    for (const count of [1, 2, 7, 14]) {
      const inOrder = Array.from({ length: count }, (_, i) => i);
      expect(shuffledOrder(count, 0)).toEqual(inOrder);
      for (let seed = 1; seed < 30; seed++) {
        const order = shuffledOrder(count, seed);
        expect(order.toSorted((a, b) => a - b)).toEqual(inOrder);
        expect(shuffledOrder(count, seed)).toEqual(order);
      }
    }
    const orders = Array.from({ length: 30 }, (_, seed) => shuffledOrder(8, seed).join());
    expect(new Set(orders).size).toBe(30);
  });
});

it('distances belong to words, wherever they stand', () => {
  const inOrder = [
    [0, 0],
    [3, 0],
    [0, 5],
  ];
  // Words 2, 0, 1.
  const shuffled = [
    [0, 5],
    [3, 4],
    [3, 1],
  ];
  expect(distances(inOrder, shuffled, [2, 0, 1])).toEqual([5, 1, 0]);
});
