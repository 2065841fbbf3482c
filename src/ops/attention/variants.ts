/**
 * The attention kernels that are taken unmeasured, and the grids of all of them. Sizes are upper bounds.
 * candidates.ts has the others.
 */
import { splitMemory } from '../../../shaders/attention/split.wgsl';
import { type Tile, tileRows } from '../../../shaders/attention/tile';
import { type Dim, dimBound, multiplyDims } from '../../core/dim';
import { grid1d, type KernelCall, type Target } from '../../graph/op';
import type { AttentionAttrs } from './attrs';

/** Tiles of rows, or threads that share the keys of one row. */
export type ForwardVariant = { readonly tile: Tile } | { readonly threads: number };

/** A row a thread. */
export const lone = (threads: number): Tile => ({ lanes: 1, rows: 1, block: 1, threads });

/** Keys in blocks, on a GPU: several loads under way at once. */
export const BLOCK: Tile = { lanes: 1, rows: 1, block: 4, threads: 64 };

/** Lanes of a large GPU: while so many suffice for a team a row, more of them shorten the way. */
const LANES = 2 ** 18;

/** What the choice of a kernel looks at. */
export type Sizes = { readonly batch: Dim; readonly queries: Dim; readonly keys: Dim };

/** Whether a GPU has lanes for a team a row. */
export function isSplit({ software }: Target, { heads }: AttentionAttrs, sizes: Sizes): boolean {
  return !software && dimBound(multiplyDims(sizes.batch, sizes.queries)) * heads * 64 <= LANES;
}

/** The threads that may share the keys of a row. */
export function fittingThreads({ workgroupMemory }: Target, size: number): readonly number[] {
  return [64, 32, 16].filter((threads) => splitMemory(size, threads) <= workgroupMemory);
}

/** How many of them suit so many keys: as many as there are keys, if they fit. */
export function likelyThreads(fit: readonly number[], keys: Dim): number | undefined {
  return fit.findLast((threads) => threads >= Math.min(64, dimBound(keys))) ?? fit[0];
}

/** Whether keys in blocks are worth their registers: where the channels come in fours and are few. */
export function suitsBlocks({ size, valueSize }: AttentionAttrs): boolean {
  return size % 4 === 0 && valueSize % 4 === 0 && Math.max(size, valueSize) <= 64;
}

/** The forward kernel. On software adapters barriers cost more than lanes that share a row bring. */
export function defaultForward(
  target: Target,
  attrs: AttentionAttrs,
  sizes: Sizes,
): ForwardVariant {
  if (target.software) return { tile: lone(8) };
  const fit = fittingThreads(target, attrs.valueSize);
  const threads = isSplit(target, attrs, sizes) ? likelyThreads(fit, sizes.keys) : undefined;
  if (threads !== undefined) return { threads };
  return { tile: suitsBlocks(attrs) ? BLOCK : lone(64) };
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
