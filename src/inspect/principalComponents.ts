/**
 * Principal components on the GPU. Each eigenvector is found by squaring the covariance matrix
 * repeatedly (the power method with exponents 2, 4, 8, ...), and is then deflated from the matrix
 * to find the next one.
 */

import { OptionError, ShapeError } from '../core/errors';
import type { HostTensor } from '../core/hostTensor';
import { random } from '../core/random';
import { dims } from '../core/shape';
import { compute } from '../gpu/compute';
import type { Device } from '../gpu/device';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import {
  argmax,
  concat,
  div,
  embedding,
  fill,
  less,
  matmul,
  maximum,
  mean,
  mul,
  neg,
  reshape,
  scale,
  sqrt,
  square,
  sub,
  sum,
  where,
} from '../ops/functions';

/** The result of a principal component analysis. */
export interface PrincipalComponents {
  /** Mean of each column [d]. */
  readonly mean: HostTensor;
  /**
   * Unit vectors by descending variance [k, d], with signs such that the largest entry is positive.
   */
  readonly components: HostTensor;
  /** Centred rows projected on the components [n, k]. */
  readonly projections: HostTensor;
  /** Fraction of the total variance along each component [k]. */
  readonly explained: HostTensor;
}

/** Number of squarings, which separates variances that differ by a relative 1e-4. */
const SQUARINGS = 16;

/** Lower bound of divisors, which keeps quotients finite for matrices of zeros. */
const TINY = 1e-30;

/**
 * Computes principal components.
 * @param rows observations [n, d]
 * @param count number of components, 1 to min(n - 1, d)
 * @throws ShapeError, OptionError
 */
export async function principalComponents(
  device: Device,
  rows: HostTensor,
  count: number,
): Promise<PrincipalComponents> {
  const [n, d] = dims(rows, 2, 'principal components: rows');
  if (n < 2 || d < 1) {
    throw new ShapeError(
      `principal components: rows must be [n, d] with n at least 2, found [${rows.shape}]`,
    );
  }
  const most = Math.min(n - 1, d);
  if (!(Number.isInteger(count) && count >= 1 && count <= most)) {
    throw new OptionError(
      `principal components: count must be from 1 to ${most} for [${n}, ${d}], found ${count}`,
    );
  }
  const found = await compute(device, { rows }, (inputs) => analyse(inputs('rows'), n, d, count));
  const { mean, components, projections, explained } = found;
  if (!mean || !components || !projections || !explained) {
    throw new Error('internal error: principal components gave no result');
  }
  return { mean, components, projections, explained };
}

function analyse(rows: Tensor, n: number, d: number, count: number) {
  const center = mean(rows, { axis: 0 });
  const centred = sub(rows, center);
  let covariance = scale(matmul(centred, centred, { transposeA: true }), 1 / (n - 1));
  const diagonal = Float64Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? 1 : 0));
  const identity = constantTensor({ shape: [d, d], data: diagonal });
  const total = sumOf(mul(covariance, identity));
  const directions: Tensor[] = [];
  const parts: Tensor[] = [];
  for (let k = 0; k < count; k++) {
    const direction = largest(covariance, d, k);
    const variance = matmul(direction, matmul(covariance, direction, { transposeB: true }));
    const outer = matmul(direction, direction, { transposeA: true });
    covariance = sub(covariance, mul(outer, variance));
    directions.push(direction);
    parts.push(div(variance, maximum(total, fill(total.shape, TINY))));
  }
  const components = concat(directions, 0);
  return {
    mean: center,
    components,
    projections: matmul(centred, components, { transposeB: true }),
    explained: reshape(concat(parts, 0), [count]),
  };
}

/** The eigenvector of the largest eigenvalue of a symmetric matrix [d, d], as [1, d]. */
function largest(matrix: Tensor, d: number, seed: number): Tensor {
  let power = matrix;
  for (let i = 0; i < SQUARINGS; i++) {
    const scaled = div(power, norm(power));
    power = matmul(scaled, scaled);
  }
  // The result is close to the outer product of the eigenvector with itself, so that multiplying
  // any vector by it
  // gives a multiple of the eigenvector.
  const source = random(seed + 1);
  const start = Float64Array.from({ length: d }, () => source.normal());
  const shown = matmul(constantTensor({ shape: [1, d], data: start }), power);
  const direction = div(shown, norm(shown));
  const place = argmax(square(direction));
  const entry = embedding(reshape(place, [1]), reshape(direction, [d, 1]));
  const isNegative = less(reshape(entry, [1, 1]), fill([1, 1], 0));
  return where(isNegative, neg(direction), direction);
}

/** Frobenius norm [1, 1], bounded away from 0. */
function norm(x: Tensor): Tensor {
  const squares = sumOf(square(x));
  return sqrt(maximum(squares, fill(squares.shape, TINY)));
}

/** The sum of a matrix [1, 1]. */
function sumOf(x: Tensor): Tensor {
  return reshape(sum(x, { axis: [0, 1] }), [1, 1]);
}
