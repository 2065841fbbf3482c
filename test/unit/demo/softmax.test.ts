/** What the figure of scaled attention measures, at the ends of its ranges. */
import { expect, it } from 'vitest';
import {
  entropyOf,
  gradientNorm,
  productsOf,
  stagesOf,
} from '../../../demo/views/road/scaledDotProduct/softmax';

it('measures no spread and no gradient where one weight is everything', () => {
  expect(entropyOf([0, 1, 0])).toBe(0);
  expect(gradientNorm([0, 1, 0])).toBe(0);
});

it('measures the most gradient where two weights share all, and the most entropy for equal ones', () => {
  expect(gradientNorm([0.5, 0.5, 0])).toBe(0.5);
  expect(gradientNorm([0.6, 0.4, 0])).toBeLessThan(0.5);
  expect(entropyOf(new Array(8).fill(1 / 8))).toBe(3);
});

it('saturates without the scale, sees no later word through the mask, and flattens with heat', () => {
  const q = [
    [4, 0, 0, 0],
    [0, 4, 0, 0],
  ];
  const products = productsOf(q, q);
  expect(products).toEqual([
    [16, 0],
    [0, 16],
  ]);
  const usual = { isScaled: true, isMasked: false, temperature: 1 };
  const scaled = stagesOf(products, 4, usual);
  expect(scaled.scores).toEqual([
    [8, 0],
    [0, 8],
  ]);
  const raw = stagesOf(products, 4, { ...usual, isScaled: false });
  expect(raw.measures.gradient[0]).toBeLessThan((scaled.measures.gradient[0] ?? 0) / 1000);
  expect(raw.others).toEqual(scaled.measures);
  const masked = stagesOf(products, 4, { ...usual, isMasked: true });
  expect(masked.weights[0]).toEqual([1, 0]);
  expect(masked.weights[1]).toEqual(scaled.weights[1]);
  const hot = stagesOf(products, 4, { ...usual, temperature: 1e6 });
  expect(hot.measures.entropy[0]).toBeCloseTo(1, 9);
});
