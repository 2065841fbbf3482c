/**
 * All matmul variants, and which of them are worth measuring for a shape on a device. Programs carry them
 * when they are handed in (`allKernels`): for tuning, the self-check and a software adapter's large products.
 */
import { startsQuickly } from '../lib/startup';
import {
  chooseMatmul,
  firstBusy,
  hasFewResults,
  type MatmulShape,
  type MatmulTarget,
  type MatmulVariant,
  plain,
  rows,
  type Tile,
  tile,
  variant,
} from './index';
import { matmulShared, type SharedDesign, sharedBytes } from './shared.wgsl';
import { HELD_COLUMNS, matmulStationary } from './stationary.wgsl';
import { matmulSubgroup, SUBGROUP_LANES } from './subgroup.wgsl';

/** A kernel of matrix products with when it can be used and when it is worth measuring. */
export interface MatmulCandidate extends MatmulVariant {
  /** Whether the device can run it; every variant is right for every layout and size. */
  usable(target: MatmulTarget): boolean;
  /** Whether it is worth measuring for such sizes. */
  suits(shape: MatmulShape): boolean;
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
  };
}

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

const rowsCandidate = (size: Tile) => candidate(rows(size), { manyRows: false });

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
  };
}

const TILE_4X4 = candidate(tile([4, 4]));
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
  candidate(plain([2, 4])),
  candidate(tile([1, 2])),
  candidate(tile([2, 4])),
  TILE_4X4,
  candidate(tile([8, 4])),
  candidate(tile([16, 8])),
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
  rowsCandidate([1, 1]),
  rowsCandidate([1, 4]),
  rowsCandidate([4, 1]),
  rowsCandidate([4, 4]),
];

/** Multiply-adds that take 3 ms on SwiftShader: holding more of B takes 0.3 s longer to compile. */
const SOME_PRODUCTS = 2 ** 24;

/**
 * Multiply-adds that take 30 ms on SwiftShader: the tile that takes 0.6 s longer to compile pays after
 * a hundred or two runs. Tuning offers it to smaller products too.
 */
const MANY_PRODUCTS = 2 ** 27;

/**
 * The variants to take unmeasured, the largest tile first; none where the default ones are best.
 *
 * On a GPU those through workgroup memory: tiles of 64x64 win over 32x32 from 128 of them on. Gaps between
 * lines cost at most 5% on an H200, and save half where A is read value by value; larger tiles gain little.
 *
 * On software adapters those for subgroups of 4, which take 0.1 to 1 s to compile on SwiftShader, where tiles
 * without them take 0.03 to 0.1.
 */
function preferences(shape: MatmulShape, target: MatmulTarget): readonly MatmulVariant[] {
  const { m, n, k, batch } = shape;
  if (!target.software) {
    if (m <= FEW_ROWS) return [];
    return [SHARED_WIDE, hasFewResults(shape) ? SHARED_SPLIT : SHARED_PADDED];
  }
  // Few rows are of decoding, which repeats them every token.
  const products = m <= 2 ? Number.POSITIVE_INFINITY : m * n * k * batch;
  if (!usesSubgroups(target) || startsQuickly(products, target)) return [];
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
  target: MatmulTarget,
): readonly MatmulCandidate[] {
  const preferred = preferences(shape, target);
  const { name } =
    preferred.length > 0 ? firstBusy(preferred, shape, target) : chooseMatmul(shape, target);
  // What needs subgroups takes several times as long to compile.
  const isQuick = target.startup === 'quick';
  const others = matmulVariants.filter(
    (one) =>
      one.name !== name &&
      one.usable(target) &&
      one.suits(shape) &&
      !(isQuick && one.needsSubgroups),
  );
  return [...matmulVariants.filter((one) => one.name === name), ...others];
}
