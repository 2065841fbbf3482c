/** What the recurrent kernels share: the specialisation, the product, the elements of a tile. */

import { each } from '../lib/each';
import type { QuadSpec } from '../matmul/quads';
import { SUBGROUP_LANES, subgroupProduct } from '../matmul/subgroup.wgsl';
import { tileProduct } from '../matmul/tile.wgsl';
import type { CellName } from './cells';

export type RecurrenceSpec = {
  readonly cell: CellName;
  /** Whether the layer runs from the last step to the first. */
  readonly reverse: boolean;
  /** Whether rows end before the last step. */
  readonly lengths: boolean;
  /** Whether units are a multiple of 4, so that vec4 loads are legal. */
  readonly aligned: boolean;
  /**
   * How threads divide a product: the lanes of a subgroup of 4 exchange what they load; each thread has its own
   * tile; or, where lanes are many, some split the k of a tile, and add their sums in workgroup memory.
   */
  readonly product: 'subgroup' | 'tile' | 'slices';
  /** Rows of the batch that a thread computes. */
  readonly tileM: number;
  /**
   * Whether a workgroup has all units of its rows and loops over the steps, with a barrier after each.
   * Otherwise a dispatch is one step, and workgroups divide the units.
   */
  readonly persistent: boolean;
};

/** The part of the specialisation that tuning chooses. */
export type RecurrenceVariant = Pick<RecurrenceSpec, 'product' | 'tileM' | 'persistent'>;

/** Units that a thread computes, with all their gates: a vec4. */
export const UNITS = 4;

/** Neighbouring threads of a workgroup that split the k of a tile. */
const slicesOf = ({ product }: RecurrenceVariant): number => (product === 'slices' ? 16 : 1);

/** Threads of a workgroup, along units. */
function threadsOf({ product, persistent }: RecurrenceVariant): number {
  switch (product) {
    case 'subgroup':
      return SUBGROUP_LANES;
    case 'tile':
      return persistent ? 64 : 16;
    case 'slices':
      return 4;
    default:
      return product satisfies never;
  }
}

/**
 * Sizes: rows, columns and inner size of a step's product, steps, units, steps per dispatch; then the index of
 * the dispatch.
 */
export const RECURRENCE_PARAMS: readonly string[] = [
  'm',
  'n',
  'k',
  'length',
  'size',
  'chunk',
  'dispatch',
];

/** Workgroups for a number of rows and units. */
export function recurrenceGrid(
  variant: RecurrenceVariant,
  rows: number,
  size: number,
): readonly [number, number, number] {
  const columns = variant.persistent ? 1 : Math.ceil(size / (threadsOf(variant) * UNITS));
  return [columns, Math.ceil(rows / variant.tileM), 1];
}

export const elementOf = ({ aligned }: RecurrenceSpec) => (aligned ? 'vec4<f32>' : 'f32');

/**
 * The entry point, with `text` for each `step` of the dispatch and each group of units. It sets `row`, the
 * tile's first row, and `unit`, the thread's first unit.
 */
export function recurrenceMain(spec: RecurrenceSpec, text: string): string {
  const { product, tileM, persistent } = spec;
  const threads = threadsOf(spec);
  const slices = slicesOf(spec);
  const builtin = product === 'subgroup' ? 'subgroup_invocation_id' : 'local_invocation_index';
  const alone = `
  let step = params.dispatch;
  let unit = (workgroup_id.x * ${threads}u + lane) * ${UNITS}u;
  ${text}`;
  const chunk = `
  let end = min((params.dispatch + 1u) * params.chunk, params.length);
  for (var step = params.dispatch * params.chunk; step < end; step++) {
    for (var first = 0u; first < params.size; first += ${threads * UNITS}u) {
      let unit = first + lane * ${UNITS}u;
      ${text}
    }
    storageBarrier();
  }`;
  return `
@compute @workgroup_size(${threads * slices})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(${builtin}) thread: u32) {
  let lane = thread / ${slices}u;
  let slice = thread % ${slices}u;
  let row = workgroup_id.y * ${tileM}u;
  ${persistent ? chunk : alone}
}`;
}

/** Adds the product of a tile to its sums. */
export function productText(spec: RecurrenceSpec, quads: QuadSpec): string {
  if (spec.product === 'subgroup') return subgroupProduct(quads);
  return tileProduct(quads, 'slice', `${slicesOf(spec)}u`);
}

/** Declares the workgroup memory in which slices add their sums. */
export function sharedSums(spec: RecurrenceSpec, groups: number): string {
  const threads = threadsOf(spec) * slicesOf(spec);
  return spec.product === 'slices'
    ? `var<workgroup> partial: array<vec4<f32>, ${spec.tileM * groups * threads}>;`
    : '';
}

/** Defines the array `sums`: the sums of row r and gate g are `sums[r * gates + g]`, each four units wide. */
export function gatherSums(spec: RecurrenceSpec, groups: number): string {
  const { tileM } = spec;
  const count = tileM * groups;
  const four = (r: number, g: number) =>
    [0, 1, 2, 3].map((j) => `c${r}_${g * UNITS + j}`).join(', ');
  return `var sums: array<vec4<f32>, ${count}>;
  ${each(tileM, (r) => each(groups, (g) => `sums[${r * groups + g}] = vec4<f32>(${four(r, g)});`))}
  ${spec.product === 'slices' ? joinSlices(spec, count) : ''}`;
}

/** Adds the sums of all slices in the first one, in the order of slices; the other slices return. */
function joinSlices(spec: RecurrenceSpec, count: number): string {
  const slices = slicesOf(spec);
  const threads = threadsOf(spec) * slices;
  return `for (var i = 0u; i < ${count}u; i++) { partial[i * ${threads}u + thread] = sums[i]; }
  workgroupBarrier();
  if (slice > 0u) { return; }
  for (var i = 0u; i < ${count}u; i++) {
    for (var other = 1u; other < ${slices}u; other++) {
      sums[i] += partial[i * ${threads}u + thread + other];
    }
  }`;
}

/**
 * What follows the product of a tile: `text`, which is given the sums, for each row `b` at time `t` and each V
 * of the thread's units. `live` is false past the end of the row.
 */
export function eachElement(
  spec: RecurrenceSpec,
  groups: number,
  text: (sum: (g: number) => string) => string,
): string {
  const { aligned, lengths, reverse, tileM } = spec;
  const live = lengths ? 'i32(t) < lengths[b]' : 'true';
  return `let t = ${reverse ? 'params.length - 1u - step' : 'step'};
  for (var r = 0u; r < min(${tileM}u, params.m - min(row, params.m)); r++) {
    let b = row + r;
    let live = ${live};
    for (var j = 0u; j < ${UNITS}u; j += ${aligned ? UNITS : 1}u) {
      if (unit + j >= params.size) { continue; }
      ${text((g) => `sums[r * ${groups}u + ${g}u]${aligned ? '' : '[j]'}`)}
    }
  }`;
}

/** Index in an array of V: part `part` of the row `row`, which has `parts` times the units. */
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
