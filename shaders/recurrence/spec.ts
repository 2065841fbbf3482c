/** What the recurrent kernels share: the specialisation, the product's variants, the tile's elements. */
import type { QuadSpec } from '../matmul/quads';
import { each } from '../matmul/spec';
import { SUBGROUP_LANES, subgroupProduct } from '../matmul/subgroup.wgsl';
import { tileProduct } from '../matmul/tile.wgsl';
import type { CellName } from './cells';

export type RecurrenceSpec = {
  readonly cell: CellName;
  /** From the last step to the first. */
  readonly reverse: boolean;
  /** Whether rows end before the last step. */
  readonly lengths: boolean;
  /** Whether units are a multiple of 4, so that vec4 loads are legal. */
  readonly aligned: boolean;
  /** How threads share a product: lanes of a subgroup of 4 exchange what they load, or not. */
  readonly product: 'subgroup' | 'tile';
  /** Rows of the batch that a thread computes. */
  readonly tileM: number;
};

/** Units that a thread computes, with all their gates: a vec4. */
export const UNITS = 4;

/** Threads of a workgroup, along units. */
const THREADS = { subgroup: SUBGROUP_LANES, tile: 16 } as const;

/** Sizes: rows, columns and inner size of a step's product, steps, units; and the step itself. */
export const RECURRENCE_PARAMS: readonly string[] = ['m', 'n', 'k', 'length', 'size', 'step'];

/** Workgroups for so many rows of so many units. */
export function recurrenceGrid(
  { product, tileM }: Pick<RecurrenceSpec, 'product' | 'tileM'>,
  rows: number,
  size: number,
): readonly [number, number, number] {
  return [Math.ceil(size / (THREADS[product] * UNITS)), Math.ceil(rows / tileM), 1];
}

/** What matters of the device. */
export interface RecurrenceTarget {
  readonly subgroups: boolean;
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  readonly software: boolean;
}

/** The variant for a device: tall tiles where lanes are few, many threads where they are many. */
export function chooseProduct(
  rows: number,
  target: RecurrenceTarget,
): Pick<RecurrenceSpec, 'product' | 'tileM'> {
  const { subgroups, subgroupMinSize, subgroupMaxSize, software } = target;
  const fours =
    subgroups && subgroupMinSize === SUBGROUP_LANES && subgroupMaxSize === SUBGROUP_LANES;
  const tallest = software ? (fours ? 16 : 4) : 1;
  const tileM = [1, 4, 8, 16].find((height) => height >= Math.min(rows, tallest)) ?? tallest;
  return { product: fours ? 'subgroup' : 'tile', tileM };
}

export const elementOf = ({ aligned }: RecurrenceSpec) => (aligned ? 'vec4<f32>' : 'f32');

/** Declares main with `row`, the tile's first row, and `unit`, the thread's first unit. */
export function mainHead({ product, tileM }: RecurrenceSpec): string {
  const threads = THREADS[product];
  return `
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        ${product === 'subgroup' ? '@builtin(subgroup_invocation_id) lane: u32' : '@builtin(local_invocation_index) lane: u32'}) {
  let row = workgroup_id.y * ${tileM}u;
  let unit = (workgroup_id.x * ${threads}u + lane) * ${UNITS}u;`;
}

/** The product of a tile, added to its sums. */
export function productText(spec: RecurrenceSpec, quads: QuadSpec): string {
  return spec.product === 'subgroup' ? subgroupProduct(quads) : tileProduct(quads);
}

/** `sums`: those of row r and gate g are `sums[r * gates + g]`, each four units wide. */
export function gatherSums({ tileM }: RecurrenceSpec, groups: number): string {
  const four = (r: number, g: number) =>
    [0, 1, 2, 3].map((j) => `c${r}_${g * UNITS + j}`).join(', ');
  return `var sums: array<vec4<f32>, ${tileM * groups}>;
  ${each(tileM, (r) => each(groups, (g) => `sums[${r * groups + g}] = vec4<f32>(${four(r, g)});`))}`;
}

/**
 * The part of a tile after its product: `text`, given its sums, for every row `b` at time `t`, `live` or
 * past its end, and for every V of the thread's units.
 */
export function eachElement(
  spec: RecurrenceSpec,
  groups: number,
  text: (sum: (g: number) => string) => string,
): string {
  const { aligned, lengths, reverse, tileM } = spec;
  const live = lengths ? 'i32(t) < lengths[b]' : 'true';
  return `let t = ${reverse ? 'params.length - 1u - params.step' : 'params.step'};
  for (var r = 0u; r < min(${tileM}u, params.m - min(row, params.m)); r++) {
    let b = row + r;
    let live = ${live};
    for (var j = 0u; j < ${UNITS}u; j += ${aligned ? UNITS : 1}u) {
      if (unit + j >= params.size) { continue; }
      ${text((g) => `sums[r * ${groups}u + ${g}u]${aligned ? '' : '[j]'}`)}
    }
  }`;
}

/** Place in an array of V: part `part` of row `row` of `parts` times the units each. */
export function placeIn(
  { aligned }: RecurrenceSpec,
  row: string,
  parts: number,
  part: number,
): string {
  const size = aligned ? '(params.size >> 2u)' : 'params.size';
  const own = aligned ? '((unit + j) >> 2u)' : '(unit + j)';
  return `((${row}) * ${parts}u + ${part}u) * ${size} + ${own}`;
}
