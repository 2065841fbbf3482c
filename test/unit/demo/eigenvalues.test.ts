/** Eigenvalues of matrices by what defines them, and by matrices whose eigenvalues are known. */
import { random } from 'qkv/cpu';
import { expect, it } from 'vitest';
import { type Complex, eigenvalues } from '../../../demo/views/road/vanishing/eigenvalues';
import { spectralRadius } from '../../../experiments/lib/spectralRadius';

/** By real part, then by imaginary part; rounded, so that equal ones stand beside each other. */
const sorted = (values: readonly Complex[]) =>
  values.toSorted(([a, b], [c, d]) => (Math.abs(a - c) > 1e-6 ? a - c : b - d));

function expectValues(matrix: readonly number[], expected: readonly Complex[]): void {
  const found = sorted(eigenvalues(matrix, Math.sqrt(matrix.length)));
  expect(found).toHaveLength(expected.length);
  sorted(expected).forEach(([real, imaginary], i) => {
    expect(found[i]![0]).toBeCloseTo(real, 7);
    expect(found[i]![1]).toBeCloseTo(imaginary, 7);
  });
}

it('finds eigenvalues that are known', () => {
  expectValues([], []);
  expectValues([-3], [[-3, 0]]);
  expectValues(
    [0, -2, 2, 0],
    [
      [0, 2],
      [0, -2],
    ],
  );
  // Triangular: the diagonal.
  expectValues(
    [1, 5, 6, 0, 2, 7, 0, 0, 4],
    [
      [1, 0],
      [2, 0],
      [4, 0],
    ],
  );
  // A cyclic shift: the roots of one.
  const shift = Array.from({ length: 25 }, (_, i) =>
    (Math.floor(i / 5) + 1) % 5 === i % 5 ? 1 : 0,
  );
  const roots = [0, 1, 2, 3, 4].map(
    (k): Complex => [Math.cos((2 * Math.PI * k) / 5), Math.sin((2 * Math.PI * k) / 5)],
  );
  expectValues(shift, roots);
  // The companion matrix of (x - 1)(x - 2)(x² - 2x + 10).
  expectValues(
    [0, 0, 0, -20, 1, 0, 0, 34, 0, 1, 0, -18, 0, 0, 1, 5],
    [
      [1, 0],
      [2, 0],
      [1, 3],
      [1, -3],
    ],
  );
});

/** |det(A - λ)|, by elimination with complex numbers, beside the product of the columns' lengths. */
function residual(matrix: readonly number[], n: number, [re, im]: Complex): number {
  const a = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j): [number, number] => [
      matrix[i * n + j]! - (i === j ? re : 0),
      i === j ? -im : 0,
    ]),
  );
  let smallest = Infinity;
  for (let k = 0; k < n; k++) {
    const size = (i: number) => Math.hypot(...a[i]![k]!);
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (size(i) > size(pivot)) pivot = i;
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    const [c, d] = a[k]![k]!;
    smallest = Math.min(smallest, Math.hypot(c, d));
    if (c === 0 && d === 0) break;
    for (let i = k + 1; i < n; i++) {
      const [x, y] = a[i]![k]!;
      const squares = c * c + d * d;
      const [u, v] = [(x * c + y * d) / squares, (y * c - x * d) / squares];
      for (let j = k; j < n; j++) {
        const [p, q] = a[k]![j]!;
        a[i]![j] = [a[i]![j]![0] - (u * p - v * q), a[i]![j]![1] - (u * q + v * p)];
      }
    }
  }
  return smallest;
}

it.each([2, 3, 4, 7, 16, 32, 33])(
  'of a random %i x %i matrix make it singular, and sum to its trace',
  (n) => {
    const source = random(n);
    const matrix = Array.from({ length: n * n }, () => source.normal());
    const found = eigenvalues(matrix, n);
    expect(found).toHaveLength(n);
    for (const value of found) expect(residual(matrix, n, value)).toBeLessThan(1e-8);
    const trace = Array.from({ length: n }, (_, i) => matrix[i * n + i]!).reduce(
      (a, b) => a + b,
      0,
    );
    const sum = (part: 0 | 1) => found.reduce((total, value) => total + value[part], 0);
    expect(sum(0)).toBeCloseTo(trace, 9);
    expect(sum(1)).toBeCloseTo(0, 9);
    const squares = found.reduce((total, [re, im]) => total + re * re - im * im, 0);
    let expected = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) expected += matrix[i * n + j]! * matrix[j * n + i]!;
    expect(squares).toBeCloseTo(expected, 7);
    const largest = Math.max(...found.map(([re, im]) => Math.hypot(re, im)));
    expect(largest / spectralRadius(Float64Array.from(matrix), n)).toBeCloseTo(1, 4);
  },
);

it('refuses what is not finite', () => {
  expect(() => eigenvalues([1, Number.NaN, 0, 1], 2)).toThrow(RangeError);
});
