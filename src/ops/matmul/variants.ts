/**
 * All matmul variants, with what each needs and is good for. Programs carry them only when they are handed in
 * (`allKernels`): for tuning, the self-check and a software adapter's large products.
 */
import { fitsDots } from '../../../shaders/matmul/dots.wgsl';
import { matmulRows, ROWS_WORKGROUP } from '../../../shaders/matmul/rows.wgsl';
import { matmulShared, type SharedDesign, sharedBytes } from '../../../shaders/matmul/shared.wgsl';
import { HELD_COLUMNS, matmulStationary } from '../../../shaders/matmul/stationary.wgsl';
import { matmulSubgroup, SUBGROUP_LANES } from '../../../shaders/matmul/subgroup.wgsl';
import { matmulTile, TILE_WORKGROUP } from '../../../shaders/matmul/tile.wgsl';
import { FEW_ROWS, hasFewResults, hasQuadSubgroups, hasSubgroupsOf, type Tile } from '../variants';
import {
  dots,
  type MatmulLayout,
  type MatmulShape,
  type MatmulTarget,
  type MatmulVariant,
  plain,
  slices,
  variant,
} from './variant';

/** A variant of products, and what it is worth measuring for. */
export interface MatmulCandidate extends MatmulVariant {
  /** Whether the device can run it. */
  usable(target: MatmulTarget): boolean;
  /** Whether it is worth measuring for these sizes; its results are right for all sizes. */
  suits(shape: MatmulShape): boolean;
  /** Whether it supports the layout of the matrices; most variants support all. */
  fits(layout: MatmulLayout): boolean;
  readonly needsSubgroups: boolean;
}

/** What tells a candidate from others with its tile. */
type Traits = Partial<
  Pick<MatmulCandidate, 'needsSubgroups'> & {
    readonly fewRows: boolean;
    readonly manyRows: boolean;
  }
>;

/** By default, a candidate suits few rows if its tile is low enough, and many rows if its tile has several. */
function candidate(variant: MatmulVariant, traits: Traits = {}): MatmulCandidate {
  const { tileM } = variant;
  const { fewRows = true, manyRows = tileM > 1, needsSubgroups = false } = traits;
  return {
    ...variant,
    needsSubgroups,
    usable: (target) => !needsSubgroups || hasQuadSubgroups(target),
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

/** @param differs from the design of 8x8 invocations without padding */
const sharedDesign = (differs: Partial<SharedDesign>): SharedDesign => ({
  ...SHARED,
  ...differs,
});

/** @param kind the end of the name  @param differs as in `sharedDesign` */
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
      made.suits(shape) &&
      (design.slices === 1 || hasFewResults(shape.m * shape.n * shape.batch, shape.k)),
  };
}

const rows = (size: Tile) =>
  candidate(variant('rows', matmulRows, [ROWS_WORKGROUP, 1], size), { manyRows: false });

/** Fewest rows of A that a workgroup streams past its block of B, so that loading the block is a small part of the work. */
export const MIN_STREAMED_ROWS = 128;
/** Most rows that it streams, so that no workgroup runs for long. */
const MAX_STREAMED_ROWS = 1024;
/** Part of the cores' time that may be lost because workgroups are no multiple of the cores. */
const MAX_IDLE = 1 / 8;

/** The smallest number of row partitions that keeps all cores busy. */
function partitionsFor(groups: number, rowCount: number, cores: number): number {
  const most = Math.max(1, Math.ceil(rowCount / MIN_STREAMED_ROWS));
  for (let count = Math.ceil(rowCount / MAX_STREAMED_ROWS); count < most; count++) {
    const rounds = (count * groups) / cores;
    if (1 - rounds / Math.ceil(rounds) <= MAX_IDLE) return count;
  }
  return most;
}

/** @param block how many k of B a workgroup holds in registers  @param lanes of a subgroup */
function stationary(block: number, lanes: 4 | 8): MatmulCandidate {
  const [tileM, tileN] = [1, HELD_COLUMNS];
  return {
    name: `stationary ${block}${lanes === 4 ? '' : ` by ${lanes}`}`,
    kernel: matmulStationary(block, lanes),
    tileM,
    tileN,
    needsSubgroups: true,
    spec: (layout, epilogue) => ({ ...layout, epilogue, tileM, tileN }),
    grid: ({ m, n, batch }, { cores }) => {
      const groups = Math.ceil(n / (lanes * HELD_COLUMNS));
      return [groups, partitionsFor(groups * batch, m, cores), batch];
    },
    usable: (target) => hasSubgroupsOf(lanes, target),
    suits: ({ m }) => 2 * m >= MIN_STREAMED_ROWS,
    fits: () => true,
  };
}

export const PLAIN_2X4 = candidate(plain([2, 4]));
export const TILE_1X2 = tile([1, 2]);
export const TILE_2X4 = tile([2, 4]);
export const TILE_4X4 = tile([4, 4]);
export const ROWS_1X1 = rows([1, 1]);
export const ROWS_1X4 = rows([1, 4]);
export const ROWS_4X1 = rows([4, 1]);
export const ROWS_4X4 = rows([4, 4]);
export const SUBGROUP_1X4 = subgroup([1, 4]);
export const SUBGROUP_1X8 = subgroup([1, 8]);
export const SUBGROUP_8X8 = subgroup([8, 8]);
export const SUBGROUP_16X8 = subgroup([16, 8]);
export const SUBGROUP_32X8 = subgroup([32, 8]);
export const SHARED_PADDED = sharedCandidate(' padded', [4, 4], { padded: true });
export const SHARED_WIDE = sharedCandidate(' wide', [4, 4], { side: 16 });
export const SHARED_SPLIT = sharedCandidate(' split', [4, 4], { depth: 8, slices: 4 });
export const STATIONARY_64 = stationary(64, 4);
export const STATIONARY_128 = stationary(128, 4);
export const STATIONARY_48_BY_8 = stationary(48, 8);

/** All variants; tests and tuning go through them. */
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
  STATIONARY_48_BY_8,
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
