/**
 * How threads divide the rows of a head. A team of 1 or 4 lanes owns a tile of rows, each lane `rows` of them
 * in registers, and loops over blocks of the other side (keys for queries, queries for keys). The lanes of a
 * team of 4 are one quad: each loads one row of the block and broadcasts it to the others, without workgroup
 * memory or barriers.
 */

import { each, range } from '../lib/each';
import { randomBits } from '../lib/functions';
import { LINEAR_WORKGROUP } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { addBias, hasPairMask, isOpen, type Pair } from './masks';
import { type AttentionSpec, rowStart, type Side, type Source } from './spec';

export type Tile = {
  /** Lanes of a team; 4 needs subgroups of exactly 4. */
  readonly lanes: 1 | 4;
  /** Rows that a lane owns. */
  readonly rows: number;
  /** Rows of a block of the other side; 4 for a team of 4. */
  readonly block: number;
  /** Threads of a workgroup. */
  readonly threads: number;
};

export type TiledSpec = AttentionSpec & { readonly tile: Tile };

/** Rows that a team owns. */
export const tileRows = ({ lanes, rows }: Tile): number => lanes * rows;

/** WGSL extensions that the tile needs. */
export const tileExtensions = ({ tile }: TiledSpec): readonly string[] =>
  tile.lanes === 4 ? ['subgroups'] : [];

/**
 * The entry point, with one team per tile of `side`. It sets b, h, lane, first_row and row0 .. of the lane,
 * which may lie past the end; `at0` .. are the same clamped to the last row. Keys have their own heads.
 */
export function tileMain(spec: TiledSpec, side: Side, body: string): string {
  const { lanes, threads } = spec.tile;
  const span = tileRows(spec.tile);
  const heads = side === 'keys' ? spec.kvHeads : spec.heads;
  return wgsl`
${spec.dropRate > 0 ? randomBits : ''}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let tiles = (params.${side} + ${span - 1}u) / ${span}u;
  let team = (${LINEAR_WORKGROUP}) * ${threads / lanes}u + thread / ${lanes}u;
  let lane = thread % ${lanes}u;
  if (team >= params.batch * ${heads}u * tiles) { return; }
  let first_row = team % tiles * ${span}u;
  let h = team / tiles % ${heads}u;
  let b = team / (tiles * ${heads}u);
  ${rowNumbers(spec, side)}
  ${body}
}`;
}

/** `let row0` .. of the lane in the tile from first_row on, and at0 .., which are clamped to the last row. */
export function rowNumbers({ tile: { rows, lanes } }: TiledSpec, side: Side): string {
  return each(
    rows,
    (r) =>
      `let row${r} = first_row + ${r * lanes}u + lane; let at${r} = min(row${r}, params.${side} - 1u);`,
  );
}

/**
 * A block of rows of the other side, which a loop takes from `start` on. `begin` precedes the loads of a block;
 * then `load(i)` defines NAMEi_0 .. of channel register i, one for each row of the block.
 */
export class Block {
  readonly #spec: TiledSpec;
  readonly #name: string;
  readonly #side: Side;
  readonly #start: string;
  readonly #source: Source;

  constructor(spec: TiledSpec, name: string, side: Side, start: string, source: Source) {
    this.#spec = spec;
    this.#name = name;
    this.#side = side;
    this.#start = start;
    this.#source = source;
  }

  get begin(): string {
    const { lanes, block } = this.#spec.tile;
    const from = (name: string, step: string) => {
      const row = `min(${this.#start} + ${step}, params.${this.#side} - 1u)`;
      return `let ${name} = ${rowStart(this.#side, row, this.#source)};`;
    };
    return lanes === 4
      ? from(`from_${this.#name}`, 'lane')
      : each(block, (j) => from(`from_${this.#name}${j}`, `${j}u`));
  }

  /** @param factor WGSL that follows each loaded value */
  load(i: number, factor = ''): string {
    const { lanes, block } = this.#spec.tile;
    const value = (from: string) => `${this.#source.buffer}[${from} + ${i}u]${factor}`;
    const name = `${this.#name}${i}`;
    if (lanes === 1) {
      return each(block, (j) => `let ${name}_${j} = ${value(`from_${this.#name}${j}`)};`);
    }
    const own = `let ${name}_own = ${value(`from_${this.#name}`)};`;
    return `${own} ${each(block, (j) => `let ${name}_${j} = quadBroadcast(${name}_own, ${j}u);`)}`;
  }
}

/** One statement for each of the lane's rows. */
export function eachRow({ tile }: TiledSpec, statement: (r: number) => string): string {
  return range(tile.rows).map(statement).join('\n  ');
}

/** One statement for each pair of a lane's row and a row of the block. */
export function eachPair({ tile }: TiledSpec, statement: (r: number, j: number) => string): string {
  return range(tile.rows)
    .map((r) => each(tile.block, (j) => statement(r, j)))
    .join('\n    ');
}

/** The pair of the lane's query row r and key s + j of a block of keys, clamped to the buffers. */
function queryPair(r: number, j: number): Pair {
  return { h: 'h', t: `at${r}`, s: `min(s + ${j}u, params.keys - 1u)` };
}

/** Defines which keys of the block from s on the mask shows: to all queries, or to each of the lane's. */
export function openKeys(spec: TiledSpec): string {
  if (spec.mask === false) return '';
  const open = (r: number, j: number) => isOpen(spec, queryPair(r, j));
  return hasPairMask(spec)
    ? eachPair(spec, (r, j) => `let open${r}_${j} = ${open(r, j)};`)
    : overBlock(spec, (j) => `let open${j} = ${open(0, j)};`, ' ');
}

/** Adds the biases of the block's pairs to their scores, the variables score0_0 and so on. */
export function addBiases(spec: TiledSpec): string {
  if (spec.bias === false) return '';
  const bias = (r: number, j: number) =>
    addBias(spec, queryPair(r, j), `score${r}_${j}`, `shown${r}_${j}`);
  return `\n    ${eachPair(spec, bias)}`;
}

/**
 * WGSL condition: row r sees key s + j. Follows `openKeys` and `addBiases`. It never uses `&&`, which branches:
 * with the many branches and registers of a tile, SwiftShader takes minutes and gigabytes to compile.
 */
export function isSeen(spec: TiledSpec, r: number, j: number): string {
  const open = hasPairMask(spec) ? ` & open${r}_${j}` : ` & open${j}`;
  const shown = ` & shown${r}_${j}`;
  const inside = `(s + ${j}u < limit${r})`;
  return `${inside}${spec.mask === false ? '' : open}${spec.bias === false ? '' : shown}`;
}

/** One term for each row of the block, joined. */
export function overBlock({ tile }: TiledSpec, term: (j: number) => string, sign: string): string {
  return range(tile.block).map(term).join(sign);
}
