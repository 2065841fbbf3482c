/** Which matmul variants are worth measuring for a shape on a device, for programs that they are handed in to. */
import { dimBound, isMultipleOf } from '../../core/dim';
import { defined } from '../../core/errors';
import { type Question, sizeClass } from '../../graph/choice';
import type { LoweringCall } from '../../graph/op';
import { FEW_ROWS, hasFewResults, hasQuadSubgroups, startsQuickly } from '../variants';
import type { MatmulAttrs } from './attrs';
import { firstBusy, MANY_COLUMNS, SMALL_PRODUCT } from './choose';
import { sizesOf } from './sizes';
import type { MatmulLayout, MatmulShape, MatmulTarget, MatmulVariant } from './variant';
import {
  type MatmulCandidate,
  matmulVariants,
  PLAIN_2X4,
  ROWS_1X1,
  ROWS_1X4,
  ROWS_4X1,
  ROWS_4X4,
  SHARED_PADDED,
  SHARED_SPLIT,
  SHARED_WIDE,
  STATIONARY_64,
  STATIONARY_128,
  STREAMED_ROWS,
  SUBGROUP_1X4,
  SUBGROUP_1X8,
  SUBGROUP_8X8,
  SUBGROUP_16X8,
  SUBGROUP_32X8,
  TILE_1X2,
  TILE_2X4,
  TILE_4X4,
} from './variants';

/** Multiply-adds that take 3 ms on SwiftShader: holding more of B takes 0.3 s longer to compile. */
const SOME_PRODUCTS = 2 ** 24;

/**
 * Multiply-adds that take 30 ms on SwiftShader: the tile that takes 0.6 s longer to compile pays after
 * a hundred or two runs. Tuning offers it to smaller products too.
 */
const MANY_PRODUCTS = 2 ** 27;

/**
 * The variants to take unmeasured, the largest tile first.
 *
 * On a GPU those through workgroup memory: tiles of 64x64 win over 32x32 from 128 of them on. Gaps between
 * lines cost at most 5% on an H200, and save half where A is read value by value; larger tiles gain little.
 *
 * On software adapters those for subgroups of 4, which take 0.1 to 1 s to compile on SwiftShader, where tiles
 * without them take 0.03 to 0.1.
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
  if (!hasQuadSubgroups(target) || startsQuickly(products, target)) {
    return m * batch <= 2 ? [TILE_1X2] : [TILE_4X4, TILE_2X4];
  }
  if (m <= 2) return [SUBGROUP_1X8, SUBGROUP_1X4];
  if (m <= 4) return [TILE_4X4];
  const isThorough = target.startup === 'thorough';
  const smaller = [SUBGROUP_16X8, SUBGROUP_8X8, TILE_4X4];
  if (2 * m >= STREAMED_ROWS) {
    const isLong = k >= 128 && (isThorough || products >= SOME_PRODUCTS);
    return [isLong ? STATIONARY_128 : STATIONARY_64, ...smaller];
  }
  const isLong = isThorough || products >= MANY_PRODUCTS;
  return m > 16 && isLong ? [SUBGROUP_32X8, ...smaller] : smaller;
}

/** What is worth measuring, the untuned choice first. */
export function matmulCandidates(
  shape: MatmulShape,
  layout: MatmulLayout,
  target: MatmulTarget,
): readonly MatmulCandidate[] {
  const first = firstBusy(preferences(shape, target), shape, target) ?? PLAIN_2X4;
  // What needs subgroups takes several times as long to compile.
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

/** The candidates for a product, the likely best first. */
export function matmulQuestion({
  node,
  target,
}: LoweringCall<MatmulAttrs>): Question<MatmulVariant> {
  const [a, b] = node.inputs;
  const { transposeA, transposeB } = node.attrs;
  const { m, n, k, batch } = sizesOf(defined(a, 'a'), defined(b, 'b'), node.attrs);
  const bounds = { m: dimBound(m), n: dimBound(n), k: dimBound(k), batch: dimBound(batch) };
  const sides = `${transposeA ? 't' : 'n'}${transposeB ? 't' : 'n'}`;
  const aligned = { m: isMultipleOf(m, 4), n: isMultipleOf(n, 4), k: isMultipleOf(k, 4) };
  const quads = Object.entries(aligned).flatMap(([side, isAligned]) => (isAligned ? [side] : []));
  const candidates = matmulCandidates(bounds, { transposeA, transposeB, aligned }, target);
  return {
    family: 'matmul',
    shape: `${sides} ${quads.join('')} ${sizeClass({ m, n, k, batch })}`,
    candidates: new Map(candidates.map((one) => [one.name, one])),
  };
}

declare module '../../graph/target' {
  interface Kernels {
    readonly matmul?: typeof matmulQuestion;
  }
}
