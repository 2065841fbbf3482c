/** Noise on the vector between encoder and decoder. */
import { describe, expect, it } from 'vitest';
import { normalNumbers, rootMeanSquare, withNoise } from '../../../demo/views/road/seq2seq/vector';

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

describe('noise', () => {
  it('is normally distributed, and the same for a seed', () => {
    const numbers = normalNumbers(7, 20_000);
    // Standard errors of mean and deviation are 0.007 and 0.005.
    expect(Math.abs(sum(numbers) / numbers.length)).toBeLessThan(0.03);
    expect(Math.abs(rootMeanSquare(numbers) - 1)).toBeLessThan(0.02);
    const beyond = numbers.filter((one) => Math.abs(one) > 1.96).length / numbers.length;
    expect(Math.abs(beyond - 0.05)).toBeLessThan(0.01);
    expect(normalNumbers(7, 5)).toEqual(numbers.slice(0, 5));
    expect(normalNumbers(8, 5)).not.toEqual(numbers.slice(0, 5));
  });

  it('is proportional to each part of the vector, and none at 0', () => {
    const vector = { hidden: [1, -1, 0.5], cell: [10, 20, -5] };
    expect(withNoise(vector, 0, 3)).toEqual(vector);
    const [half, whole] = [withNoise(vector, 0.5, 3), withNoise(vector, 1, 3)];
    vector.cell.forEach((one, i) => {
      expect(whole.cell[i]! - one).toBeCloseTo(2 * (half.cell[i]! - one), 12);
    });
  });
});
