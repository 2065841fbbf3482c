/** Which matmul variants are worth measuring for a shape on a device, for programs that they are handed in to. */
import { dimBound, isMultipleOf } from '../../core/dim';
import { defined } from '../../core/errors';
import { type CandidateSet, sizeClass } from '../../graph/choice';
import type { LoweringCall } from '../../graph/op';
import {
  FEW_ROWS,
  hasFewResults,
  hasQuadSubgroups,
  hasSubgroupsOf,
  startsQuickly,
} from '../variants';
import type { MatmulAttrs } from './attrs';
import { firstBusy, MANY_COLUMNS, SMALL_PRODUCT } from './choose';
import { sizesOf } from './sizes';
import type { MatmulLayout, MatmulShape, MatmulTarget, MatmulVariant } from './variant';
import {
  type MatmulCandidate,
  MIN_STREAMED_ROWS,
  matmulVariants,
  PLAIN_2X4,
  ROWS_1X1,
  ROWS_1X4,
  ROWS_4X1,
  ROWS_4X4,
  SHARED_PADDED,
  SHARED_SPLIT,
  SHARED_WIDE,
  STATIONARY_48_BY_8,
  STATIONARY_64,
  STATIONARY_128,
  SUBGROUP_1X4,
  SUBGROUP_1X8,
  SUBGROUP_8X8,
  SUBGROUP_16X8,
  SUBGROUP_32X8,
  TILE_1X2,
  TILE_2X4,
  TILE_4X4,
} from './variants';

/** Multiply-adds that take 3 ms on SwiftShader: a longer block of B pays off, which takes 0.3 s more to compile. */
const MEDIUM_PRODUCT = 2 ** 24;

/**
 * Multiply-adds that take 30 ms on SwiftShader: the tile that takes 0.6 s more to compile pays off after 100 to
 * 200 runs. Tuning measures it for smaller products as well.
 */
const LARGE_PRODUCT = 2 ** 27;

/**
 * The default variants, the largest tile first.
 *
 * GPUs take those that go through workgroup memory: with at least 128 workgroups, tiles of 64x64 are faster
 * than 32x32. Padding costs at most 5% on an H200, and saves half where A is read value by value; larger
 * tiles gain little.
 *
 * Software adapters take those for subgroups of 4, which SwiftShader compiles in 0.1 to 1 s, or of 8, as
 * lavapipe has them; tiles without subgroups compile in 0.03 to 0.1 s.
 */
function preferences(shape: MatmulShape, target: MatmulTarget): readonly MatmulCandidate[] {
  const { m, n, k, batch } = shape;
  if (!target.software) {
    if (m <= 1) return [n >= MANY_COLUMNS ? ROWS_1X4 : ROWS_1X1];
    if (m <= FEW_ROWS) return [ROWS_4X4, ROWS_4X1];
    return [SHARED_WIDE, hasFewResults(m * n * batch, k) ? SHARED_SPLIT : SHARED_PADDED];
  }
  // Products of one or two rows belong to decoding, which repeats them for every token.
  const products = m <= 2 ? Number.POSITIVE_INFINITY : m * n * k * batch;
  if (target.startup === 'quick' && products < SMALL_PRODUCT) return [PLAIN_2X4];
  const isQuick = startsQuickly(products, target);
  if (hasSubgroupsOf(8, target) && !isQuick && 2 * m >= MIN_STREAMED_ROWS) {
    return [STATIONARY_48_BY_8, TILE_4X4];
  }
  if (!hasQuadSubgroups(target) || isQuick) {
    return m * batch <= 2 ? [TILE_1X2] : [TILE_4X4, TILE_2X4];
  }
  if (m <= 2) return [SUBGROUP_1X8, SUBGROUP_1X4];
  if (m <= 4) return [TILE_4X4];
  const isThorough = target.startup === 'thorough';
  const smaller = [SUBGROUP_16X8, SUBGROUP_8X8, TILE_4X4];
  if (2 * m >= MIN_STREAMED_ROWS) {
    const isLong = k >= 128 && (isThorough || products >= MEDIUM_PRODUCT);
    return [isLong ? STATIONARY_128 : STATIONARY_64, ...smaller];
  }
  const isLong = isThorough || products >= LARGE_PRODUCT;
  return m > 16 && isLong ? [SUBGROUP_32X8, ...smaller] : smaller;
}

/** The variants worth measuring, the default first. */
export function suitableVariants(
  shape: MatmulShape,
  layout: MatmulLayout,
  target: MatmulTarget,
): readonly MatmulCandidate[] {
  const first = firstBusy(preferences(shape, target), shape, target) ?? PLAIN_2X4;
  // Kernels with subgroups take several times as long to compile.
  const isQuick = target.startup === 'quick';
  const others = matmulVariants.filter(
    (one) =>
      one !== first &&
      one.usable(target) &&
      one.suits(shape) &&
      one.fits(layout) &&
      !(isQuick && one.needsSubgroups),
  );
  return [first, ...others];
}

/** The candidates for a product, the default first. */
export function matmulCandidateSet({
  node,
  target,
}: LoweringCall<MatmulAttrs>): CandidateSet<MatmulVariant> {
  const [a, b] = node.inputs;
  const { transposeA, transposeB } = node.attrs;
  const { m, n, k, batch } = sizesOf(defined(a, 'a'), defined(b, 'b'), node.attrs);
  const bounds = { m: dimBound(m), n: dimBound(n), k: dimBound(k), batch: dimBound(batch) };
  const sides = `${transposeA ? 't' : 'n'}${transposeB ? 't' : 'n'}`;
  const aligned = { m: isMultipleOf(m, 4), n: isMultipleOf(n, 4), k: isMultipleOf(k, 4) };
  const quads = Object.entries(aligned).flatMap(([side, isAligned]) => (isAligned ? [side] : []));
  const candidates = suitableVariants(bounds, { transposeA, transposeB, aligned }, target);
  return {
    family: 'matmul',
    shape: `${sides} ${quads.join('')} ${sizeClass({ m, n, k, batch })}`,
    candidates: new Map(candidates.map((one) => [one.name, one])),
  };
}

declare module '../../graph/target' {
  interface Kernels {
    readonly matmul?: typeof matmulCandidateSet;
  }
}
