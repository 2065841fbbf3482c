/**
 * Eigenvalues of a real square matrix, in float64: reduced to Hessenberg form by elimination, then
 * deflated by Francis's QR iteration with implicit double shifts (Golub and Van Loan, 7.4 and 7.5).
 */

/** A complex number: [real, imaginary]. */
export type Complex = readonly [real: number, imaginary: number];

type Rows = number[][];

/** Steps of the iteration for an eigenvalue after which something is wrong with the matrix. */
const MOST = 60;

/**
 * All eigenvalues, in no particular order.
 * @param matrix [n, n] by rows
 * @throws RangeError if the matrix has a number that is not finite
 */
export function eigenvalues(matrix: ArrayLike<number>, n: number): readonly Complex[] {
  const a: Rows = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j) => matrix[i * n + j] ?? Number.NaN),
  );
  if (!a.flat().every(Number.isFinite)) {
    throw new RangeError(`eigenvalues: expected ${n} x ${n} finite numbers`);
  }
  toHessenberg(a);
  const found: Complex[] = [];
  let end = n - 1;
  for (let step = 0; end >= 0; ) {
    const start = blockStart(a, end);
    if (start === end) {
      found.push([at(a, end, end), 0]);
      end -= 1;
      step = 0;
    } else if (start === end - 1) {
      found.push(...ofPair(a, end));
      end -= 2;
      step = 0;
    } else {
      step += 1;
      if (step > MOST) throw new RangeError('eigenvalues: the iteration does not converge');
      sweep(a, start, end, step);
    }
  }
  return found;
}

const at = (a: Rows, i: number, j: number): number => a[i]?.[j] ?? 0;

function put(a: Rows, i: number, j: number, value: number): void {
  const row = a[i];
  if (row !== undefined) row[j] = value;
}

/** Makes the entries below the first subdiagonal zero, by eliminations with pivots. */
function toHessenberg(a: Rows): void {
  const n = a.length;
  for (let k = 1; k < n - 1; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(at(a, i, k - 1)) > Math.abs(at(a, pivot, k - 1))) pivot = i;
    }
    if (at(a, pivot, k - 1) === 0) continue;
    if (pivot !== k) {
      const [one, other] = [a[k], a[pivot]];
      if (one && other) [a[k], a[pivot]] = [other, one];
      for (let i = 0; i < n; i++) {
        const [left, right] = [at(a, i, k), at(a, i, pivot)];
        put(a, i, k, right);
        put(a, i, pivot, left);
      }
    }
    for (let i = k + 1; i < n; i++) {
      const factor = at(a, i, k - 1) / at(a, k, k - 1);
      if (factor === 0) continue;
      for (let j = k - 1; j < n; j++) put(a, i, j, at(a, i, j) - factor * at(a, k, j));
      for (let j = 0; j < n; j++) put(a, j, k, at(a, j, k) + factor * at(a, j, i));
    }
  }
}

/** The first row of the block that ends at a row; entries that no longer matter become zero. */
function blockStart(a: Rows, end: number): number {
  for (let i = end; i > 0; i--) {
    const near = Math.abs(at(a, i, i)) + Math.abs(at(a, i - 1, i - 1));
    if (Math.abs(at(a, i, i - 1)) <= Number.EPSILON * near) {
      put(a, i, i - 1, 0);
      return i;
    }
  }
  return 0;
}

/** The eigenvalues of the 2 x 2 block that ends at a row. */
function ofPair(a: Rows, end: number): readonly Complex[] {
  const [p, q, r, s] = corner(a, end);
  const half = (p - s) / 2;
  const square = half * half + q * r;
  const middle = (p + s) / 2;
  const root = Math.sqrt(Math.abs(square));
  return square >= 0
    ? [
        [middle + root, 0],
        [middle - root, 0],
      ]
    : [
        [middle, root],
        [middle, -root],
      ];
}

const corner = (a: Rows, end: number) =>
  [at(a, end - 1, end - 1), at(a, end - 1, end), at(a, end, end - 1), at(a, end, end)] as const;

/** One QR step with both eigenvalues of the last 2 x 2 block as shifts, on rows start to end. */
function sweep(a: Rows, start: number, end: number, step: number): void {
  const [p, q, r, s] = corner(a, end);
  let [trace, determinant] = [p + s, p * s - q * r];
  if (step % 10 === 0) {
    // Other shifts break a cycle.
    const size = Math.abs(r) + Math.abs(at(a, end - 1, end - 2));
    [trace, determinant] = [1.5 * size, size * size];
  }
  const first = at(a, start, start);
  const below = at(a, start + 1, start);
  let x = first * first + at(a, start, start + 1) * below - trace * first + determinant;
  let y = below * (first + at(a, start + 1, start + 1) - trace);
  let z = below * at(a, start + 2, start + 1);
  for (let k = start; k < end; k++) {
    const size = Math.min(3, end - k + 1);
    const v = householder([x, y, z].slice(0, size));
    if (v !== undefined) {
      const from = Math.max(start, k - 1);
      reflectRows(a, v, k, from, end);
      reflectColumns(a, v, k, start, Math.min(k + 3, end));
    }
    [x, y, z] = [at(a, k + 1, k), at(a, k + 2, k), k + 3 <= end ? at(a, k + 3, k) : 0];
  }
  for (let i = start + 2; i <= end; i++) {
    for (let j = start; j < i - 1; j++) put(a, i, j, 0);
  }
}

/** The unit vector whose reflection turns x into a multiple of the first axis. */
function householder(x: readonly number[]): readonly number[] | undefined {
  const norm = Math.hypot(...x);
  if (norm === 0) return undefined;
  const [first = 0, ...rest] = x;
  const v = [first + (first < 0 ? -norm : norm), ...rest];
  const length = Math.hypot(...v);
  return v.map((value) => value / length);
}

function reflectRows(a: Rows, v: readonly number[], k: number, from: number, to: number): void {
  for (let j = from; j <= to; j++) {
    const twice = 2 * v.reduce((sum, value, i) => sum + value * at(a, k + i, j), 0);
    for (const [i, value] of v.entries()) put(a, k + i, j, at(a, k + i, j) - twice * value);
  }
}

function reflectColumns(a: Rows, v: readonly number[], k: number, from: number, to: number): void {
  for (let i = from; i <= to; i++) {
    const twice = 2 * v.reduce((sum, value, j) => sum + value * at(a, i, k + j), 0);
    for (const [j, value] of v.entries()) put(a, i, k + j, at(a, i, k + j) - twice * value);
  }
}
