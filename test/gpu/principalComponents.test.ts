/** Principal components against a float64 Jacobi eigendecomposition, and against the ml-pca package. */
import { PCA } from 'ml-pca';
import { OptionError, ShapeError } from 'qkv';
import { random } from 'qkv/cpu';
import { principalComponents } from 'qkv/inspect';
import { describe, expect, it } from 'vitest';
import { useDevice } from '../support/device';
import { symmetricEigen } from '../support/symmetricEigen';

const device = useDevice();

/** Rows whose columns are mixed, with falling variances. */
function mixedRows(n: number, d: number, seed: number, offset = 0) {
  const source = random(seed);
  const mix = Array.from({ length: d * d }, () => source.normal());
  const data = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    const hidden = Array.from({ length: d }, (_, k) => source.normal() / (k + 1));
    for (let j = 0; j < d; j++) {
      data[i * d + j] = offset + hidden.reduce((sum, h, k) => sum + h * mix[k * d + j]!, 0);
    }
  }
  return { shape: [n, d], data };
}

function covarianceOf({ shape: [n = 1, d = 1], data }: ReturnType<typeof mixedRows>) {
  const mean = Array.from({ length: d }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += data[i * d + j]!;
    return sum / n;
  });
  const matrix = Array.from({ length: d }, () => new Array<number>(d).fill(0));
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) {
        matrix[a]![b]! += ((data[i * d + a]! - mean[a]!) * (data[i * d + b]! - mean[b]!)) / (n - 1);
      }
    }
  }
  return { mean, matrix };
}

describe('principal components', () => {
  for (const [n, d, offset] of [
    [50, 6, 0],
    [40, 33, 5],
    [9, 20, 0],
  ] as const) {
    it(`of ${n} rows of ${d} are those of the float64 reference`, async () => {
      const rows = mixedRows(n, d, n + d, offset);
      const count = 3;
      const { components, projections, explained, mean } = await principalComponents(
        device(),
        rows,
        count,
      );
      const reference = covarianceOf(rows);
      const { values, vectors } = symmetricEigen(reference.matrix);
      const total = values.reduce((a, b) => a + b, 0);
      for (let k = 0; k < count; k++) {
        // f32 rounding of the covariance moves a direction by eps x trace / gap of its eigenvalue.
        const gap = Math.min(
          values[k]! - values[k + 1]!,
          k === 0 ? Number.POSITIVE_INFINITY : values[k - 1]! - values[k]!,
        );
        const allowed = (2 ** -23 * Math.sqrt(n * d) * total * 8) / gap;
        const want = vectors[k]!;
        const largest = want.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
        want.forEach((value, j) => {
          const got = components.data[k * d + j]!;
          expect(Math.abs(got - value * Math.sign(largest))).toBeLessThan(allowed);
        });
        expect(explained.data[k]).toBeCloseTo(values[k]! / total, 4);
      }
      for (let i = 0; i < n; i++) {
        for (let k = 0; k < count; k++) {
          let want = 0;
          for (let j = 0; j < d; j++) {
            want += (rows.data[i * d + j]! - reference.mean[j]!) * components.data[k * d + j]!;
          }
          expect(projections.data[i * count + k]).toBeCloseTo(want, 3);
        }
      }
      expect(mean.shape).toEqual([d]);
    });
  }

  it('are those of ml-pca', async () => {
    const [n, d, count] = [40, 12, 2];
    const rows = mixedRows(n, d, 3);
    const { components, projections, explained } = await principalComponents(device(), rows, count);
    const lines = Array.from({ length: n }, (_, i) => [...rows.data.subarray(i * d, (i + 1) * d)]);
    const library = new PCA(lines);
    const directions = library.getEigenvectors().to2DArray();
    const places = library.predict(lines, { nComponents: count }).to2DArray();
    for (let k = 0; k < count; k++) {
      // A direction's sign is free.
      const along = directions.reduce((s, row, j) => s + row[k]! * components.data[k * d + j]!, 0);
      expect(Math.abs(along)).toBeCloseTo(1, 5);
      expect(explained.data[k]).toBeCloseTo(library.getExplainedVariance()[k]!, 4);
      places.forEach((row, i) => {
        expect(projections.data[i * count + k]).toBeCloseTo(Math.sign(along) * row[k]!, 3);
      });
    }
  });

  it('of rows that are all the same explain nothing, and are finite', async () => {
    const rows = { shape: [4, 3], data: new Float32Array(12).fill(2) };
    const { projections, explained } = await principalComponents(device(), rows, 2);
    expect([...explained.data].every((part) => part === 0)).toBe(true);
    expect([...projections.data].every((value) => value === 0)).toBe(true);
  });

  it('refuses what cannot be', async () => {
    const rows = { shape: [4, 3], data: new Float32Array(12) };
    await expect(principalComponents(device(), rows, 4)).rejects.toThrow(OptionError);
    const one = { shape: [1, 3], data: new Float32Array(3) };
    await expect(principalComponents(device(), one, 1)).rejects.toThrow(ShapeError);
  });
});
