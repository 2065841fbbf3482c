/** The attention kernels that suit sizes and device, by name. Sizes are upper bounds. */
import { splitMemory } from '../../../shaders/attention/split.wgsl';
import { type Tile, tileRows } from '../../../shaders/attention/tile';
import { type Dim, dimBound, multiplyDims } from '../../core/dim';
import { powerOfTwo, sizeClass } from '../../graph/choice';
import { grid1d, type KernelCall, type LoweringCall, type Target } from '../../graph/op';
import type { AttentionAttrs } from './attrs';

/** What a tile is for: outputs, gradients by query row, by key row, or by pairs of both. */
export type Direction = 'forward' | 'queries' | 'keys' | 'bias';

/** Tiles of rows, or threads that share the keys of one row. */
export type ForwardVariant = { readonly tile: Tile } | { readonly threads: number };

const lone = (threads: number): Tile => ({ lanes: 1, rows: 1, block: 1, threads });

/** One row a lane, for kernels that read every row once. */
export const LONE_TILE: Tile = lone(32);

/** Rows of a lane whose registers hold heads of `size` channels. */
function roomFor(direction: Direction, size: number): number {
  // Registers of a row: q and y forward; q, dy and dq, or k, v, dk and dv backward.
  return Math.max(1, Math.floor((direction === 'forward' ? 128 : 64) / size));
}

/** Kernels of a team of 4 are written for subgroups of exactly 4. */
function hasQuads({ subgroups, subgroupMinSize, subgroupMaxSize }: Target): boolean {
  return subgroups && subgroupMinSize === 4 && subgroupMaxSize === 4;
}

/** Keys in blocks, on a GPU: several loads under way at once. */
const BLOCK: Tile = { lanes: 1, rows: 1, block: 4, threads: 64 };

/** A head's channels: the more of key and value, and whether both come in fours. */
interface Head {
  readonly size: number;
  readonly aligned: boolean;
}

function headOf({ size, valueSize }: AttentionAttrs): Head {
  return { size: Math.max(size, valueSize), aligned: size % 4 === 0 && valueSize % 4 === 0 };
}

/**
 * The tile of a direction, for `rows` of its own side. Software adapters pay for every load and gain
 * from rows that share one; but their compilers slow down with the square of the registers, so large
 * heads get smaller tiles. Measured on SwiftShader, forward at B64 H4 T20 S32 D32: 3 times faster than
 * a row a thread, backward twice; 0.15 to 0.4 s to compile.
 */
function defaultTile(direction: Direction, target: Target, most: number, head: Head): Tile {
  const { size } = head;
  const forward = direction === 'forward';
  if (!target.software) return hasBlocks(direction, head) ? BLOCK : lone(64);
  if (most < 3 || size > 128 || target.startup === 'quick') return lone(8);
  const room = roomFor(direction, size);
  if (hasQuads(target)) {
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

/** Whether keys in blocks may be worth their registers: where a row meets few of them, or loads few. */
function hasBlocks(direction: Direction, { size, aligned }: Head): boolean {
  return (direction === 'forward' || direction === 'bias') && aligned && size <= 64;
}

/** All tiles worth measuring, the default first. */
function tiles(direction: Direction, target: Target, rows: Dim, head: Head): readonly Tile[] {
  const most = dimBound(rows);
  const { size } = head;
  const room = Math.min(roomFor(direction, size), most);
  const first = defaultTile(direction, target, most, head);
  const tall = direction === 'forward' ? 4 : 2;
  // Compilers of software adapters take long over what holds more in registers.
  const isQuick = target.software && target.startup === 'quick';
  if (isQuick || size > 128) return [first, lone(8), lone(64)];
  const fitting = (makers: readonly Tile[]) => makers.filter((tile) => tile.rows <= room);
  return [
    first,
    lone(8),
    lone(64),
    ...(hasBlocks(direction, head) ? [BLOCK] : []),
    ...fitting([stacked(tall), ...(direction === 'bias' ? [blocks(tall)] : [])]),
    ...(hasQuads(target) && size <= 64 ? fitting([quads(1), quads(tall)]) : []),
  ];
}

const tileName = ({ lanes, rows, block, threads }: Tile): string =>
  `${lanes}x${rows} by ${block} of ${threads}`;

/** Most query rows of a head for which a software adapter may share the keys of a row. */
const FEW_ROWS = 4;

/** Lanes of a large GPU: while so many suffice for a team a row, more of them shorten the way. */
const LANES = 2 ** 18;

/** How many threads may share the keys of a row, the likely best first. */
function splits(
  { software, workgroupMemory }: Target,
  { queries, keys }: Sizes,
  size: number,
): readonly number[] {
  const fit = [64, 32, 16].filter((threads) => splitMemory(size, threads) <= workgroupMemory);
  if (software) return dimBound(queries) > FEW_ROWS ? [] : fit.slice(0, 1);
  const enough = fit.findLast((threads) => threads >= Math.min(64, dimBound(keys))) ?? fit[0];
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
    // What is loaded for every pair of a query and a key.
    ...(mask !== false && mask.includes('queries') ? ['mask'] : []),
    ...(bias === false ? [] : ['bias']),
    ...(kvHeads === heads ? [] : [`groups of ${powerOfTwo(heads / kvHeads)}`]),
    ...(headOf(attrs).aligned ? [] : ['unaligned']),
    ...own,
  ];
  const values = valueSize === size ? {} : { value: valueSize };
  return `${flags.join(' ')} ${sizeClass({ ...sizes, heads, size, ...values })}`;
}

type Call = LoweringCall<AttentionAttrs>;

type Sizes = { readonly batch: Dim; readonly queries: Dim; readonly keys: Dim };

/** The forward kernel. On software adapters barriers cost more than lanes that share a row bring. */
export function forwardVariant({ node, target, choose }: Call, sizes: Sizes): ForwardVariant {
  const { attrs } = node;
  const tiled = tiles('forward', target, sizes.queries, headOf(attrs)).map(
    (tile): readonly [string, ForwardVariant] => [tileName(tile), { tile }],
  );
  const shared = splits(target, sizes, attrs.valueSize).map(
    (threads): readonly [string, ForwardVariant] => [`split ${threads}`, { threads }],
  );
  const lanes = dimBound(multiplyDims(sizes.batch, sizes.queries)) * attrs.heads * 64;
  const isSplit = !target.software && lanes <= LANES;
  const candidates = isSplit ? [...shared, ...tiled] : [...tiled, ...shared];
  return choose({
    family: 'attention',
    shape: classOf(attrs, sizesOf(sizes)),
    candidates: new Map(candidates),
  });
}

const FAMILIES = {
  queries: 'attention gradient of queries',
  keys: 'attention gradient of keys',
  bias: 'attention gradient of bias',
} as const;

/**
 * The tile of a gradient kernel.
 * @param own what else the kernel's class depends on
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

/** Workgroups with a team for each tile of the rows of every head. */
export function tileGrid(tile: Tile, batch: Dim, rows: Dim, heads: number): KernelCall['grid'] {
  const perGroup = tile.threads / tile.lanes;
  return (size) => {
    const teams = size(batch) * heads * Math.ceil(size(rows) / tileRows(tile));
    return grid1d(Math.ceil(teams / perGroup));
  };
}

/** Workgroups with a team for each tile of query rows and block of keys of every bias. */
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

/** A workgroup for every row of every head. */
export function rowGrid(batch: Dim, rows: Dim, heads: number): KernelCall['grid'] {
  const count = multiplyDims(multiplyDims(batch, rows), heads);
  return (size) => grid1d(size(count));
}
