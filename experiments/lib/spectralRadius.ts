/** Random square matrices with a given spectral radius, in float64. */
import { random } from 'qkv/cpu';

/** An n x n matrix, row-major. */
export type SquareMatrix = Float64Array<ArrayBuffer>;

/** The largest absolute eigenvalue, by Gelfand's formula: ||A^k||^(1/k) for k = 2^20. */
export function spectralRadius(matrix: SquareMatrix, n: number): number {
  let power = Float64Array.from(matrix);
  let [logarithm, k] = [0, 1];
  for (let doubling = 0; doubling <= 20; doubling++) {
    const norm = Math.hypot(...power);
    if (norm === 0) return 0;
    // A^k = power * e^(k * logarithm), where power is rescaled so that it neither overflows nor
    // underflows.
    logarithm += Math.log(norm) / k;
    power = power.map((value) => value / norm);
    power = multiply(power, power, n);
    k *= 2;
  }
  return Math.exp(logarithm);
}

function multiply(a: SquareMatrix, b: SquareMatrix, n: number): SquareMatrix {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const value = a[i * n + k] ?? 0;
      for (let j = 0; j < n; j++) {
        product[i * n + j] = (product[i * n + j] ?? 0) + value * (b[k * n + j] ?? 0);
      }
    }
  }
  return product;
}

/** A matrix of normal entries, scaled to a spectral radius. */
export function matrixOfRadius(n: number, radius: number, seed: number): SquareMatrix {
  const source = random(seed);
  const matrix = Float64Array.from({ length: n * n }, () => source.normal());
  const scale = radius / spectralRadius(matrix, n);
  return matrix.map((value) => value * scale);
}
