/**
 * Principal components on the GPU. The covariance is squared again and again until only its largest
 * eigenvector is left (the power method with exponents 2, 4, 8 ...); then its part is taken away, and the
 * next one is found.
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

/** The directions in which points vary most, and the points along them. */
export interface PrincipalComponents {
  /** Of the columns [d]. */
  readonly mean: HostTensor;
  /** Directions of length 1, the one of the largest variance first; the largest entry is positive [k, d]. */
  readonly components: HostTensor;
  /** The rows, without the mean, along the components [n, k]. */
  readonly projections: HostTensor;
  /** Part of all variance along each component [k]. */
  readonly explained: HostTensor;
}

/** Squarings: variances that differ by a ten-thousandth are told apart. */
const SQUARINGS = 16;

/** Entries this far below the largest eigenvalue are rounding errors. */
const TINY = 1e-30;

/**
 * Finds the directions in which rows vary most.
 * @param rows observations [n, d]
 * @param count components wanted, 1 to the smaller of n - 1 and d
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
      `principal components: rows must be [n, d] with n of at least 2, found [${rows.shape}]`,
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

/** The direction of the largest eigenvalue of a symmetric matrix [d, d], as [1, d]. */
function largest(matrix: Tensor, d: number, seed: number): Tensor {
  let power = matrix;
  for (let i = 0; i < SQUARINGS; i++) {
    const scaled = div(power, norm(power));
    power = matmul(scaled, scaled);
  }
  // What is left is the direction's outer product with itself: any vector shows it.
  const source = random(seed + 1);
  const start = Float64Array.from({ length: d }, () => source.normal());
  const shown = matmul(constantTensor({ shape: [1, d], data: start }), power);
  const direction = div(shown, norm(shown));
  const place = argmax(square(direction));
  const entry = embedding(reshape(place, [1]), reshape(direction, [d, 1]));
  const isNegative = less(reshape(entry, [1, 1]), fill([1, 1], 0));
  return where(isNegative, neg(direction), direction);
}

/** Frobenius norm [1, 1], never 0. */
function norm(x: Tensor): Tensor {
  const squares = sumOf(square(x));
  return sqrt(maximum(squares, fill(squares.shape, TINY)));
}

/** The sum of a matrix [1, 1]. */
function sumOf(x: Tensor): Tensor {
  return reshape(sum(x, { axis: [0, 1] }), [1, 1]);
}
