/** What the recurrent kernels share: the specialisation, the product, the elements of a tile. */
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
  /**
   * How threads share a product: lanes of a subgroup of 4 exchange what they load; each has a tile of its
   * own; or, where lanes are many, some share the k of a tile and their sums meet in workgroup memory.
   */
  readonly product: 'subgroup' | 'tile' | 'slices';
  /** Rows of the batch that a thread computes. */
  readonly tileM: number;
  /**
   * Whether a workgroup has all units of its rows and goes on from step to step by itself, with a barrier
   * after each. Else a dispatch is one step, and workgroups share the units.
   */
  readonly persistent: boolean;
};

/** What tuning chooses. */
export type RecurrenceVariant = Pick<RecurrenceSpec, 'product' | 'tileM' | 'persistent'>;

/** Units that a thread computes, with all their gates: a vec4. */
export const UNITS = 4;

/** Threads that share the k of a tile, neighbours in a workgroup. */
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
 * Sizes: rows, columns and inner size of a step's product, steps, units, steps of a dispatch; and the
 * number of the dispatch.
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

/** Workgroups for so many rows of so many units. */
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
 * The entry point: `text` for every `step` of the dispatch and every group of units, with `row`, the
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

/** The product of a tile, added to its sums. */
export function productText(spec: RecurrenceSpec, quads: QuadSpec): string {
  if (spec.product === 'subgroup') return subgroupProduct(quads);
  return tileProduct(quads, 'slice', `${slicesOf(spec)}u`);
}

/** Declares the memory in which slices meet. */
export function sharedSums(spec: RecurrenceSpec, groups: number): string {
  const threads = threadsOf(spec) * slicesOf(spec);
  return spec.product === 'slices'
    ? `var<workgroup> partial: array<vec4<f32>, ${spec.tileM * groups * threads}>;`
    : '';
}

/** `sums`: those of row r and gate g are `sums[r * gates + g]`, each four units wide. */
export function gatherSums(spec: RecurrenceSpec, groups: number): string {
  const { tileM } = spec;
  const count = tileM * groups;
  const four = (r: number, g: number) =>
    [0, 1, 2, 3].map((j) => `c${r}_${g * UNITS + j}`).join(', ');
  return `var sums: array<vec4<f32>, ${count}>;
  ${each(tileM, (r) => each(groups, (g) => `sums[${r * groups + g}] = vec4<f32>(${four(r, g)});`))}
  ${spec.product === 'slices' ? joinSlices(spec, count) : ''}`;
}

/** The sums of all slices in the first one, in the order of slices; the others are done. */
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
