/**
 * All matmul variants, and which of them are worth measuring for a shape on a device. Programs carry them
 * when they are handed in (`allKernels`): for tuning, the self-check and a software adapter's large products.
 */
import { startsQuickly } from '../lib/startup';
import { fitsDots } from './dots.wgsl';
import {
  BRIEF_PRODUCTS,
  dots,
  firstBusy,
  hasFewResults,
  type MatmulLayout,
  type MatmulShape,
  type MatmulTarget,
  type MatmulVariant,
  plain,
  slices,
  type Tile,
  variant,
} from './index';
import { matmulRows, ROWS_WORKGROUP } from './rows.wgsl';
import { matmulShared, type SharedDesign, sharedBytes } from './shared.wgsl';
import { HELD_COLUMNS, matmulStationary } from './stationary.wgsl';
import { matmulSubgroup, SUBGROUP_LANES } from './subgroup.wgsl';
import { matmulTile, TILE_WORKGROUP } from './tile.wgsl';

/** A variant of products, and what it is worth measuring for. */
export interface MatmulCandidate extends MatmulVariant {
  /** Whether the device can run it; every variant is right for every size. */
  usable(target: MatmulTarget): boolean;
  /** Whether it is worth measuring for such sizes. */
  suits(shape: MatmulShape): boolean;
  /** Whether it is right for matrices that lie so; most are for all. */
  fits(layout: MatmulLayout): boolean;
  readonly needsSubgroups: boolean;
}

/** The kernels are written for subgroups of exactly so many lanes. */
function usesSubgroups(target: MatmulTarget): boolean {
  const { subgroups, subgroupMinSize, subgroupMaxSize } = target;
  return subgroups && subgroupMinSize === SUBGROUP_LANES && subgroupMaxSize === SUBGROUP_LANES;
}

/** Most rows for which tiles of few rows are candidates. */
const FEW_ROWS = 8;

/** What a candidate is for and needs. */
type Traits = Partial<
  Pick<MatmulCandidate, 'needsSubgroups'> & {
    readonly fewRows: boolean;
    readonly manyRows: boolean;
  }
>;

/** Tiles of few rows suit few rows, others many, unless it says otherwise. */
function candidate(variant: MatmulVariant, traits: Traits = {}): MatmulCandidate {
  const { tileM } = variant;
  const { fewRows = true, manyRows = tileM > 1, needsSubgroups = false } = traits;
  return {
    ...variant,
    needsSubgroups,
    usable: (target) => !needsSubgroups || usesSubgroups(target),
    suits: ({ m }) => (m <= FEW_ROWS ? fewRows && tileM <= Math.min(4, 2 * m) : manyRows),
    fits: () => true,
  };
}

const tile = (size: Tile) =>
  candidate(variant('tile', matmulTile, [TILE_WORKGROUP.x, TILE_WORKGROUP.y], size));

const dotsCandidate = (variant: MatmulVariant, traits: Traits = {}): MatmulCandidate => ({
  ...candidate(variant, traits),
  fits: fitsDots,
});

const subgroup = (size: Tile) =>
  candidate(variant('subgroup', matmulSubgroup, [SUBGROUP_LANES, 1], size), {
    needsSubgroups: true,
  });

const SHARED: SharedDesign = {
  side: 8,
  padded: false,
  depth: 16,
  slices: 1,
  element: 'f32',
};

/** @param differs from lines without gaps for 8x8 invocations */
const sharedDesign = (differs: Partial<SharedDesign>): SharedDesign => ({
  ...SHARED,
  ...differs,
});

/** @param kind in words  @param differs as in `sharedDesign` */
function shared(kind: string, size: Tile, differs: Partial<SharedDesign> = {}): MatmulVariant {
  const design = sharedDesign(differs);
  return variant('shared', matmulShared(design), [design.side, design.side], size, kind);
}

function sharedCandidate(kind: string, size: Tile, differs: Partial<SharedDesign> = {}) {
  const design = sharedDesign(differs);
  const made = candidate(shared(kind, size, differs), { fewRows: false });
  return {
    ...made,
    usable: ({ workgroupMemory }: MatmulTarget) => sharedBytes(design, size) <= workgroupMemory,
    suits: (shape: MatmulShape) =>
      made.suits(shape) && (design.slices === 1 || hasFewResults(shape)),
  };
}

const rows = (size: Tile) =>
  candidate(variant('rows', matmulRows, [ROWS_WORKGROUP, 1], size), { manyRows: false });

/** Rows that a workgroup streams, so that loading what it holds is a small part of the work. */
const STREAMED_ROWS = 128;
/** Most of them, so that no workgroup runs for long. */
const MOST_STREAMED = 1024;
/** Part of the cores' time that may be lost where workgroups do not go evenly round. */
const MOST_IDLE = 1 / 8;

/** The smallest number of row partitions that keeps all cores busy. */
function partitionsFor(groups: number, rowCount: number, cores: number): number {
  const most = Math.max(1, Math.ceil(rowCount / STREAMED_ROWS));
  for (let count = Math.ceil(rowCount / MOST_STREAMED); count < most; count++) {
    const turns = (count * groups) / cores;
    if (1 - turns / Math.ceil(turns) <= MOST_IDLE) return count;
  }
  return most;
}

/** @param block how many k of B are held at a time */
function stationary(block: number): MatmulCandidate {
  const [tileM, tileN] = [1, HELD_COLUMNS];
  return {
    name: `stationary ${block}`,
    kernel: matmulStationary(block),
    tileM,
    tileN,
    needsSubgroups: true,
    spec: (layout, epilogue) => ({ ...layout, epilogue, tileM, tileN }),
    grid: ({ m, n, batch }, { cores }) => {
      const groups = Math.ceil(n / (SUBGROUP_LANES * HELD_COLUMNS));
      return [groups, partitionsFor(groups * batch, m, cores), batch];
    },
    usable: usesSubgroups,
    suits: ({ m }) => 2 * m >= STREAMED_ROWS,
    fits: () => true,
  };
}

const PLAIN_2X4 = candidate(plain([2, 4]));
const TILE_1X2 = tile([1, 2]);
const TILE_2X4 = tile([2, 4]);
const TILE_4X4 = tile([4, 4]);
const ROWS_1X1 = rows([1, 1]);
const ROWS_1X4 = rows([1, 4]);
const ROWS_4X1 = rows([4, 1]);
const ROWS_4X4 = rows([4, 4]);
const SUBGROUP_1X4 = subgroup([1, 4]);
const SUBGROUP_1X8 = subgroup([1, 8]);
const SUBGROUP_8X8 = subgroup([8, 8]);
const SUBGROUP_16X8 = subgroup([16, 8]);
const SUBGROUP_32X8 = subgroup([32, 8]);
const SHARED_PADDED = sharedCandidate(' padded', [4, 4], { padded: true });
const SHARED_WIDE = sharedCandidate(' wide', [4, 4], { side: 16 });
const SHARED_SPLIT = sharedCandidate(' split', [4, 4], { depth: 8, slices: 4 });
const STATIONARY_64 = stationary(64);
const STATIONARY_128 = stationary(128);

/** Every variant; tests and tuning go through them all. */
export const matmulVariants: readonly MatmulCandidate[] = [
  { ...candidate(plain([1, 1])), suits: () => true },
  PLAIN_2X4,
  TILE_1X2,
  TILE_2X4,
  TILE_4X4,
  tile([8, 4]),
  tile([16, 8]),
  SUBGROUP_1X4,
  SUBGROUP_1X8,
  subgroup([4, 8]),
  SUBGROUP_8X8,
  SUBGROUP_16X8,
  SUBGROUP_32X8,
  STATIONARY_64,
  STATIONARY_128,
  sharedCandidate('', [4, 4]),
  SHARED_PADDED,
  SHARED_WIDE,
  sharedCandidate(' wide', [8, 8], { side: 16, depth: 8 }),
  SHARED_SPLIT,
  ROWS_1X1,
  ROWS_1X4,
  ROWS_4X1,
  ROWS_4X4,
  dotsCandidate(dots([1, 2])),
  dotsCandidate(dots([2, 4])),
  dotsCandidate(dots([4, 4])),
  dotsCandidate(slices([1, 1]), { manyRows: false }),
  dotsCandidate(slices([1, 4]), { manyRows: false }),
  dotsCandidate(slices([4, 1]), { manyRows: false }),
  dotsCandidate(slices([4, 4]), { manyRows: false }),
];

/** Multiply-adds that take 3 ms on SwiftShader: holding more of B takes 0.3 s longer to compile. */
const SOME_PRODUCTS = 2 ** 24;

/**
 * Multiply-adds that take 30 ms on SwiftShader: the tile that takes 0.6 s longer to compile pays after
 * a hundred or two runs. Tuning offers it to smaller products too.
 */
const MANY_PRODUCTS = 2 ** 27;

/** Columns of one row from which a lane of a GPU may take four. */
const MANY_COLUMNS = 4096;

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
    return [SHARED_WIDE, hasFewResults(shape) ? SHARED_SPLIT : SHARED_PADDED];
  }
  // Few rows are of decoding, which repeats them every token.
  const products = m <= 2 ? Number.POSITIVE_INFINITY : m * n * k * batch;
  if (target.startup === 'quick' && products < BRIEF_PRODUCTS) return [PLAIN_2X4];
  if (!usesSubgroups(target) || startsQuickly(products, target)) {
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
