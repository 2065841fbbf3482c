/** Which attention kernel suits which sizes on which device. Sizes are upper bounds. */
import { splitMemory } from '../../../shaders/attention/split.wgsl';
import { type Tile, tileRows } from '../../../shaders/attention/tile';
import { type Dim, dimBound, multiplyDims } from '../../core/dim';
import { grid1d, type KernelCall, type Target } from '../../graph/op';

/** What a tile is for: outputs, gradients by query row, or gradients by key row. */
export type Direction = 'forward' | 'queries' | 'keys';

const lone = (threads: number): Tile => ({ lanes: 1, rows: 1, block: 1, threads });

/** One row a lane, for kernels that read every row once. */
export const LONE_TILE: Tile = lone(32);

/**
 * The tile of a direction, for `rows` of its own side and heads of `size` channels. Software adapters
 * pay for every load and gain from rows that share one; but their compilers slow down with the
 * square of the registers, so large heads get smaller tiles. Measured on SwiftShader, forward at
 * B64 H4 T20 S32 D32: 3 times faster than a row a thread, backward twice; 0.15 to 0.4 s to compile.
 */
export function chooseTile(direction: Direction, target: Target, rows: Dim, size: number): Tile {
  const most = dimBound(rows);
  const forward = direction === 'forward';
  if (!target.software) {
    return forward && size % 4 === 0 && size <= 64
      ? { lanes: 1, rows: 1, block: 4, threads: 64 }
      : lone(64);
  }
  const { subgroups, subgroupMinSize, subgroupMaxSize } = target;
  const quads = subgroups && subgroupMinSize === 4 && subgroupMaxSize === 4;
  if (most < 3 || size > 128 || target.quickStart === true) return lone(8);
  // Registers of a row: q and y forward; q, dy and dq, or k, v, dk and dv backward.
  const room = Math.max(1, Math.floor((forward ? 128 : 64) / size));
  if (quads) {
    if (!forward && size > 64) return lone(8);
    const tall = forward && most >= 48 ? 4 : most > 4 ? 2 : 1;
    return { lanes: 4, rows: Math.min(tall, room), block: 4, threads: 16 };
  }
  return { lanes: 1, rows: Math.min(forward ? 4 : 2, room, most), block: 1, threads: 16 };
}

/** Bytes of workgroup memory that every device has. */
const WORKGROUP_MEMORY = 16384;

/**
 * Threads that share the keys of a row where there are few rows; undefined where tiles of rows are
 * better. On software adapters the barriers cost more than the lanes bring.
 */
export function chooseSplit(target: Target, queries: Dim, size: number): number | undefined {
  if (target.software || dimBound(queries) > 4) return undefined;
  return [64, 32, 16].find((threads) => splitMemory(size, threads) <= WORKGROUP_MEMORY);
}

/** Workgroups with a team for each tile of the rows of every head. */
export function tileGrid(tile: Tile, batch: Dim, rows: Dim, heads: number): KernelCall['grid'] {
  const perGroup = tile.threads / tile.lanes;
  return (size) => {
    const teams = size(batch) * heads * Math.ceil(size(rows) / tileRows(tile));
    return grid1d(Math.ceil(teams / perGroup));
  };
}

/** A workgroup for every row of every head. */
export function rowGrid(batch: Dim, rows: Dim, heads: number): KernelCall['grid'] {
  const count = multiplyDims(multiplyDims(batch, rows), heads);
  return (size) => grid1d(size(count));
}
