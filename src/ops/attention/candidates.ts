/**
 * All attention kernels that suit sizes and device, by name, the default first: for gradients, and for programs
 * that they are handed in to. Sizes are upper bounds.
 */
import { attentionForward } from '../../../shaders/attention/forward.wgsl';
import { type Tile, tileRows } from '../../../shaders/attention/tile';
import { type Dim, dimBound } from '../../core/dim';
import { type CandidateSet, powerOfTwo, sizeClass } from '../../graph/choice';
import {
  grid1d,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Target,
} from '../../graph/op';
import { hasQuadSubgroups } from '../variants';
import type { AttentionAttrs } from './attrs';
import {
  byRows,
  type ForwardVariant,
  fittingThreads,
  isSplit,
  LONE_ROWS,
  likelyThreads,
  type Sizes,
} from './variants';

/** What a tile computes: outputs; gradients by query row, by key row, or by pairs of both. */
export type Direction = 'forward' | 'queries' | 'keys' | 'bias';

/** One row per thread. */
const lone = (threads: number): Tile => ({ lanes: 1, rows: 1, block: 1, threads });

/** Blocks of keys, for GPUs: several loads are in flight at once. */
const BLOCK: Tile = { lanes: 1, rows: 1, block: 4, threads: 64 };

/** One row per lane, for kernels that read each row once. */
export const LONE_TILE: Tile = lone(32);

/** Rows of `size` channels that a lane can keep in registers. */
function rowsInRegisters(direction: Direction, size: number): number {
  // A row keeps q and y in the forward pass; in the backward pass q, dy and dq, or k, v, dk and dv.
  return Math.max(1, Math.floor((direction === 'forward' ? 128 : 64) / size));
}

/** The larger number of channels of a head's key and value, and whether blocks of keys pay off. */
interface Head {
  readonly size: number;
  readonly blocks: boolean;
}

/** Whether blocks of keys are worth their registers: for few channels, in multiples of 4. */
function suitsBlocks({ size, valueSize }: AttentionAttrs): boolean {
  return size % 4 === 0 && valueSize % 4 === 0 && Math.max(size, valueSize) <= 64;
}

function headOf(attrs: AttentionAttrs): Head {
  return { size: Math.max(attrs.size, attrs.valueSize), blocks: suitsBlocks(attrs) };
}

/**
 * The default tile. On software adapters loads are expensive, so that rows which share a load pay off; but the
 * time to compile grows with the square of the registers, so large heads get smaller tiles. Measured on
 * SwiftShader at B64 H4 T20 S32 D32: forward 3 times as fast as one row per thread, backward twice; 0.15 to 0.4
 * s to compile.
 * @param most upper bound of the rows that the tile divides
 */
function defaultTile(direction: Direction, target: Target, most: number, head: Head): Tile {
  const { size } = head;
  const forward = direction === 'forward';
  if (!target.software) return hasBlocks(direction, head) ? BLOCK : lone(64);
  if (most < 3 || size > 128 || target.startup === 'quick') return lone(8);
  const room = rowsInRegisters(direction, size);
  if (hasQuadSubgroups(target)) {
    if (!forward && size > 64) return lone(8);
    const tall = forward && most >= 48 ? 4 : most > 4 ? 2 : 1;
    return quads(Math.min(tall, room));
  }
  const rows = Math.min(forward ? 4 : 2, room, most);
  return direction === 'bias' ? blocks(rows) : stacked(rows);
}

const quads = (rows: number): Tile => ({ lanes: 4, rows, block: 4, threads: 16 });

const stacked = (rows: number): Tile => ({ lanes: 1, rows, block: 1, threads: 16 });

const blocks = (rows: number): Tile => ({ lanes: 1, rows, block: 4, threads: 16 });

/** Whether blocks of keys may be worth their registers: in kernels that load or keep little for each key. */
function hasBlocks(direction: Direction, { blocks: suits }: Head): boolean {
  return (direction === 'forward' || direction === 'bias') && suits;
}

/** All tiles worth measuring, the default first. */
function tiles(direction: Direction, target: Target, rows: Dim, head: Head): readonly Tile[] {
  const most = dimBound(rows);
  const { size } = head;
  const room = Math.min(rowsInRegisters(direction, size), most);
  const first = defaultTile(direction, target, most, head);
  const tall = direction === 'forward' ? 4 : 2;
  // On software adapters, tiles with more registers take long to compile.
  const isQuick = target.software && target.startup === 'quick';
  if (isQuick || size > 128) return [first, lone(8), lone(64)];
  const fitting = (makers: readonly Tile[]) => makers.filter((tile) => tile.rows <= room);
  return [
    first,
    lone(8),
    lone(64),
    ...(hasBlocks(direction, head) ? [BLOCK] : []),
    ...fitting([stacked(tall), ...(direction === 'bias' ? [blocks(tall)] : [])]),
    ...(hasQuadSubgroups(target) && size <= 64 ? fitting([quads(1), quads(tall)]) : []),
  ];
}

const tileName = ({ lanes, rows, block, threads }: Tile): string =>
  `${lanes}x${rows} by ${block} of ${threads}`;

/** Query rows of a head up to which threads may share the keys of a row on a software adapter. */
const SPLIT_ROWS = 4;

/** Numbers of threads that may share the keys of a row, the default first. */
function splits(target: Target, { queries, keys }: Sizes, size: number): readonly number[] {
  const fit = fittingThreads(target, size);
  if (target.software) return dimBound(queries) > SPLIT_ROWS ? [] : fit.slice(0, 1);
  const enough = likelyThreads(fit, keys);
  return enough === undefined ? [] : [enough, ...fit.filter((threads) => threads !== enough)];
}

function classOf(
  attrs: AttentionAttrs,
  sizes: Readonly<Record<string, Dim>>,
  own: readonly string[] = [],
): string {
  const { causal, packing, heads, kvHeads, size, valueSize, weights, mask, bias } = attrs;
  const flags = [
    packing,
    ...(causal ? ['causal'] : []),
    ...(weights ? ['weights'] : []),
    // Masks and biases that are loaded for each pair of a query and a key.
    ...(mask !== false && mask.includes('queries') ? ['mask'] : []),
    ...(bias === false ? [] : ['bias']),
    ...(kvHeads === heads ? [] : [`groups of ${powerOfTwo(heads / kvHeads)}`]),
    ...(size % 4 === 0 && valueSize % 4 === 0 ? [] : ['unaligned']),
    ...own,
  ];
  const values = valueSize === size ? {} : { value: valueSize };
  return `${flags.join(' ')} ${sizeClass({ ...sizes, heads, size, ...values })}`;
}

type Call = LoweringCall<AttentionAttrs>;

/** The kernel that works on tiles of query rows. */
function byTiles(tile: Tile): ForwardVariant {
  return (bound, spec, { batch, queries }) =>
    kernelCall({
      ...bound,
      kernel: attentionForward,
      spec: { ...spec, tile },
      grid: tileGrid(tile, batch, queries, spec.heads),
    });
}

/** Workgroups of teams, one for each tile of rows of each head. */
export function tileGrid(tile: Tile, batch: Dim, rows: Dim, heads: number): KernelCall['grid'] {
  const perGroup = tile.threads / tile.lanes;
  return (size) => {
    const teams = size(batch) * heads * Math.ceil(size(rows) / tileRows(tile));
    return grid1d(Math.ceil(teams / perGroup));
  };
}

/** The candidates for the forward kernel. */
export function attentionCandidateSet(
  { node, target }: Call,
  sizes: Sizes,
): CandidateSet<ForwardVariant> {
  const { attrs } = node;
  const tiled = tiles('forward', target, sizes.queries, headOf(attrs)).map(
    (tile) => [tileName(tile), byTiles(tile)] as const,
  );
  const shared = splits(target, sizes, attrs.valueSize).map(
    (threads) => [`split ${threads}`, byRows({ rows: 1, threads })] as const,
  );
  const lone = Object.values(LONE_ROWS).map(
    (rows) => [`rows ${rows}`, byRows({ rows, threads: 1 })] as const,
  );
  const candidates = isSplit(target, attrs, sizes)
    ? [...shared, ...tiled, ...lone]
    : [...tiled, ...shared, ...lone];
  return {
    family: 'attention',
    shape: classOf(attrs, sizesOf(sizes)),
    candidates: new Map(candidates),
  };
}

const FAMILIES = {
  queries: 'attention gradient of queries',
  keys: 'attention gradient of keys',
  bias: 'attention gradient of bias',
} as const;

/**
 * The tile of a gradient kernel.
 * @param own further flags of the kernel's class
 */
export function gradientTile(
  direction: keyof typeof FAMILIES,
  { node, target, choose }: Call,
  sizes: Sizes,
  own: readonly string[] = [],
): Tile {
  const side = direction === 'keys' ? 'keys' : 'queries';
  const found = tiles(direction, target, sizes[side], headOf(node.attrs));
  return choose({
    family: FAMILIES[direction],
    shape: classOf(node.attrs, sizesOf(sizes), own),
    candidates: new Map(found.map((tile) => [tileName(tile), tile])),
  });
}

const sizesOf = ({ batch, queries, keys }: Sizes) => ({ batch, queries, keys });

/** Workgroups of teams, one for each tile of query rows and block of keys of each bias. */
export function biasGrid(
  tile: Tile,
  { bias, heads }: AttentionAttrs,
  { batch, queries, keys }: Sizes,
): KernelCall['grid'] {
  const axes = bias === false ? [] : bias;
  const perGroup = tile.threads / tile.lanes;
  return (size) => {
    const biases =
      (axes.includes('batch') ? size(batch) : 1) * (axes.includes('heads') ? heads : 1);
    const tilesOfRows = Math.ceil(size(queries) / tileRows(tile));
    const blocks = Math.ceil(size(keys) / tile.block);
    return grid1d(Math.ceil((biases * tilesOfRows * blocks) / perGroup));
  };
}

declare module '../../graph/target' {
  interface Kernels {
    readonly attention?: typeof attentionCandidateSet;
  }
}
