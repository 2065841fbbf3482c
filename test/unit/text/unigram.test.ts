import { expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors';
import { unigramPerplexity } from '../../../src/evaluation/unigram';

it('is the size of the vocabulary without training', () => {
  expect(unigramPerplexity([], [3, 1, 1], 7)).toBeCloseTo(7, 12);
});

it('is the inverse geometric mean of smoothed shares', () => {
  // Counts 3, 1, 0 become 4, 2, 1 of 7.
  const want = ((4 / 7) * (2 / 7) * (1 / 7)) ** (-1 / 3);
  expect(unigramPerplexity([0, 0, 1, 0], [0, 1, 2], 3)).toBeCloseTo(want, 12);
});

it('refuses to foresee nothing', () => {
  expect(() => unigramPerplexity([1], [], 3)).toThrow(InputError);
});
