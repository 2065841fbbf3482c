/** The matmul variants, and which one suits which shape on which device. */
import type { Epilogue } from '../lib/epilogue';
import type { Kernel } from '../lib/kernel';
import { type StartupTarget, startsQuickly } from '../lib/startup';
import { matmulPlain, PLAIN_WORKGROUP } from './plain.wgsl';
import { matmulRows, ROWS_WORKGROUP } from './rows.wgsl';
import { matmulShared, type SharedDesign, sharedBytes } from './shared.wgsl';
import type { MatmulShape, MatmulSpec } from './spec';
import { HELD_COLUMNS, matmulStationary } from './stationary.wgsl';
import { matmulSubgroup, SUBGROUP_LANES } from './subgroup.wgsl';
import { matmulTile, TILE_WORKGROUP } from './tile.wgsl';

export type { BatchSpan, MatmulShape, MatmulSpec } from './spec';

/** What a product is specialised on, beside a variant's tile and the epilogue. */
export type MatmulLayout = Pick<MatmulSpec, 'transposeA' | 'transposeB' | 'aligned' | 'spans'>;

/** What matters of the device. */
export interface MatmulTarget extends StartupTarget {
  /** Of the machine; workgroups of a software adapter are shared out among them. */
  readonly cores: number;
  readonly subgroups: boolean;
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  /** Bytes that a workgroup may have. */
  readonly workgroupMemory: number;
}

/** A kernel of matrix products, and when it may be chosen. */
export interface MatmulVariant {
  readonly name: string;
  readonly kernel: Kernel<MatmulSpec>;
  /** Rows and columns of the result that one invocation computes. */
  readonly tileM: number;
  readonly tileN: number;
  readonly needsSubgroups: boolean;
  /** The specialisation for a layout and epilogue. */
  spec(layout: MatmulLayout, epilogue: Epilogue): MatmulSpec;
  /** Workgroups for actual sizes. */
  grid(shape: MatmulShape, target: MatmulTarget): readonly [number, number, number];
  /** Whether the device can run it; every variant is right for every layout and size. */
  usable(target: MatmulTarget): boolean;
  /** Whether it is worth measuring for such sizes. */
  suits(shape: MatmulShape): boolean;
}

/** Most rows for which tiles of few rows are candidates. */
const FEW_ROWS = 8;

/** Results too few to go round the lanes of a GPU, of sums long enough to be divided. */
export function hasFewResults({ m, n, k, batch }: MatmulShape): boolean {
  return m * n * batch <= 2 ** 17 && k >= 128;
}

/** @param columns invocations of a workgroup along columns  @param rows and along rows */
function variant(
  family: 'plain' | 'tile' | 'subgroup' | 'shared' | 'rows',
  kernel: Kernel<MatmulSpec>,
  [columns, rows]: readonly [number, number],
  [tileM, tileN]: readonly [number, number],
): MatmulVariant {
  const needsSubgroups = family === 'subgroup';
  const isNaive = family === 'plain' && tileM * tileN === 1;
  const fewRows = family !== 'shared';
  const manyRows = family !== 'rows' && tileM > 1;
  const suits = (shape: MatmulShape): boolean => {
    if (isNaive) return true;
    if (shape.m <= FEW_ROWS) return fewRows && tileM <= Math.min(4, 2 * shape.m);
    return manyRows;
  };
  return {
    name: `${family} ${tileM}x${tileN}`,
    kernel,
    tileM,
    tileN,
    needsSubgroups,
    suits,
    spec: (layout, epilogue) => ({ ...layout, epilogue, tileM, tileN }),
    grid: ({ m, n, batch }) => [
      Math.ceil(n / (columns * tileN)),
      Math.ceil(m / (rows * tileM)),
      batch,
    ],
    usable: (target) => !needsSubgroups || usesSubgroups(target),
  };
}

const SHARED: SharedDesign = {
  side: 8,
  padded: false,
  depth: 16,
  slices: 1,
  element: 'f32',
};

type Tile = readonly [rows: number, columns: number];

const tile = (size: Tile) =>
  variant('tile', matmulTile, [TILE_WORKGROUP.x, TILE_WORKGROUP.y], size);

/** @param kind in words  @param differs from lines without gaps for 8x8 invocations */
function shared(kind: string, size: Tile, differs: Partial<SharedDesign> = {}): MatmulVariant {
  const design: SharedDesign = { ...SHARED, ...differs };
  const made = variant('shared', matmulShared(design), [design.side, design.side], size);
  return {
    ...made,
    name: made.name + kind,
    usable: ({ workgroupMemory }) => sharedBytes(design, size) <= workgroupMemory,
    suits: (shape) => made.suits(shape) && (design.slices === 1 || hasFewResults(shape)),
  };
}

const rows = (size: Tile) => variant('rows', matmulRows, [ROWS_WORKGROUP, 1], size);

const subgroup = (size: Tile) => variant('subgroup', matmulSubgroup, [SUBGROUP_LANES, 1], size);

/** Rows that a workgroup streams, so that loading what it holds is a small part of the work. */
const STREAMED_ROWS = 128;
/** Most of them, so that no workgroup runs for long. */
const MOST_STREAMED = 1024;
/** Part of the cores' time that may be lost where workgroups do not go evenly round. */
const MOST_IDLE = 1 / 8;

/** The fewest shares of the rows with which so many workgroups a share keep all cores busy. */
function sharesFor(groups: number, rows: number, cores: number): number {
  const most = Math.max(1, Math.ceil(rows / STREAMED_ROWS));
  for (let shares = Math.ceil(rows / MOST_STREAMED); shares < most; shares++) {
    const turns = (shares * groups) / cores;
    if (1 - turns / Math.ceil(turns) <= MOST_IDLE) return shares;
  }
  return most;
}

/** @param block how many k of B are held at a time */
function stationary(block: number): MatmulVariant {
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
      return [groups, sharesFor(groups * batch, m, cores), batch];
    },
    usable: usesSubgroups,
    suits: ({ m }) => 2 * m >= STREAMED_ROWS,
  };
}

/** The kernel is written for subgroups of exactly so many lanes. */
function usesSubgroups({ subgroups, subgroupMinSize, subgroupMaxSize }: MatmulTarget): boolean {
  return subgroups && subgroupMinSize === SUBGROUP_LANES && subgroupMaxSize === SUBGROUP_LANES;
}

const plain = (size: Tile) =>
  variant('plain', matmulPlain, [PLAIN_WORKGROUP, PLAIN_WORKGROUP], size);

const naive = plain([1, 1]);

/** Every variant; tests and tuning go through them all. */
export const matmulVariants: readonly MatmulVariant[] = [
  naive,
  plain([2, 4]),
  tile([1, 2]),
  tile([2, 4]),
  tile([4, 4]),
  tile([8, 4]),
  tile([16, 8]),
  subgroup([1, 4]),
  subgroup([1, 8]),
  subgroup([4, 8]),
  subgroup([8, 8]),
  subgroup([16, 8]),
  subgroup([32, 8]),
  stationary(64),
  stationary(128),
  shared('', [4, 4]),
  shared(' padded', [4, 4], { padded: true }),
  shared(' wide', [4, 4], { side: 16 }),
  shared(' wide', [8, 8], { side: 16, depth: 8 }),
  shared(' split', [4, 4], { depth: 8, slices: 4 }),
  rows([1, 1]),
  rows([1, 4]),
  rows([4, 1]),
  rows([4, 4]),
];

function named(name: string): MatmulVariant {
  const found = matmulVariants.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no matmul variant '${name}'`);
  return found;
}

/**
 * Workgroups that keep the thousands of lanes of a GPU busy. On an H200, which has 132 processors, tiles of
 * 64x64 win over 32x32 from 128 of them on. Gaps between lines cost at most 5% there, and save half where
 * A is read value by value; larger tiles gain little.
 */
const ENOUGH = 128;

/** Columns of one row from which a lane of a GPU may take four. */
const MANY_COLUMNS = 4096;

/** Multiply-adds that take 3 ms on SwiftShader: holding more of B takes 0.3 s longer to compile. */
const SOME_PRODUCTS = 2 ** 24;

/**
 * Multiply-adds that take 30 ms on SwiftShader: the tile that takes 0.6 s longer to compile pays after
 * a hundred or two runs. Tuning offers it to smaller products too.
 */
const MANY_PRODUCTS = 2 ** 27;

/** Multiply-adds that take 50 ms on SwiftShader by the kernel that compiles soonest, half by a tile. */
const BRIEF_PRODUCTS = 2 ** 25;

/** Candidates by number of rows, the largest tile first. */
function candidates(shape: MatmulShape, target: MatmulTarget): readonly string[] {
  const { m, n, k, batch } = shape;
  const isThorough = target.startup === 'thorough';
  const rowCount = m * batch;
  if (!target.software) {
    if (m <= 1) return [n >= MANY_COLUMNS ? 'rows 1x4' : 'rows 1x1'];
    if (m <= 8) return ['rows 4x4', 'rows 4x1'];
    const small = hasFewResults(shape) ? 'shared 4x4 split' : 'shared 4x4 padded';
    return ['shared 4x4 wide', small];
  }
  // On SwiftShader tiles of a subgroup take 0.1 to 1 s to compile, those without 0.03 to 0.1.
  // Few rows are of decoding, which repeats them every token.
  const products = m <= 2 ? Number.POSITIVE_INFINITY : m * n * k * batch;
  if (target.startup === 'quick' && products < BRIEF_PRODUCTS) return ['plain 2x4'];
  if (!usesSubgroups(target) || startsQuickly(products, target)) {
    return rowCount <= 2 ? ['tile 1x2'] : ['tile 4x4', 'tile 2x4'];
  }
  if (m <= 2) return ['subgroup 1x8', 'subgroup 1x4'];
  if (m <= 4) return ['tile 4x4'];
  const smaller = ['subgroup 16x8', 'subgroup 8x8', 'tile 4x4'];
  if (2 * m >= STREAMED_ROWS) {
    const isLong = k >= 128 && (isThorough || products >= SOME_PRODUCTS);
    return [isLong ? 'stationary 128' : 'stationary 64', ...smaller];
  }
  const isLong = isThorough || products >= MANY_PRODUCTS;
  return m > 16 && isLong ? ['subgroup 32x8', ...smaller] : smaller;
}

/** The variant without measuring: the largest tile of which there are enough to go round. */
export function chooseMatmul(shape: MatmulShape, target: MatmulTarget): MatmulVariant {
  const enough = target.software ? target.cores : ENOUGH;
  const found = candidates(shape, target).map(named);
  const busy = found.find((candidate) => {
    const [x, y, z] = candidate.grid(shape, target);
    return x * y * z >= enough;
  });
  return busy ?? found.at(-1) ?? naive;
}

/** What is worth measuring, the untuned choice first. */
export function matmulCandidates(
  shape: MatmulShape,
  target: MatmulTarget,
): readonly MatmulVariant[] {
  const first = chooseMatmul(shape, target);
  // What needs subgroups takes several times as long to compile.
  const isQuick = target.startup === 'quick';
  const others = matmulVariants.filter(
    (candidate) =>
      candidate !== first &&
      candidate.usable(target) &&
      candidate.suits(shape) &&
      !(isQuick && candidate.needsSubgroups),
  );
  return [first, ...others];
}
