/**
 * Operand-stationary matrix product for subgroups of 4 or 8 lanes: each lane holds 8 columns of B over a block
 * of k in private memory, and the rows of A stream past. Of as many k as there are lanes each lane loads one,
 * and the lanes exchange them. Sums over several blocks are accumulated in C. Method: operand-stationary
 * dataflow (Kung 1982), measured on SwiftShader and lavapipe: there a load from a buffer costs as much as ten
 * multiply-adds or more, and one from private memory at a constant index next to nothing. Few values are live
 * in the inner loop, and it contains no branch: either cost up to a third of the speed.
 */

import { each } from '../lib/each';
import { defineKernel } from '../lib/kernel';
import { PARTS, wgsl } from '../lib/wgsl';
import { wideC } from './quads';
import { firstOf, type MatmulSpec, matmulBindings, matmulParams } from './spec';
import { swapped } from './subgroup.wgsl';

/** Columns that a lane holds. */
export const HELD_COLUMNS = 8;

/**
 * How the lanes of a subgroup get each other's values. In step i a lane has the value of lane ^ i by a quad
 * swap, one instruction on SwiftShader where a broadcast takes ten; or that of lane i by a broadcast, for
 * which eight lanes load eight values at once.
 */
interface Exchange {
  readonly lanes: number;
  /** WGSL of the number of the lane whose value a lane has in step `i`. */
  source(i: number): string;
  /** WGSL of that value. */
  value(i: number, name: string): string;
}

const QUAD_SWAPS: Exchange = {
  lanes: 4,
  source: (i) => `(lane ^ ${i}u)`,
  value: swapped,
};
const BROADCASTS: Exchange = {
  lanes: 8,
  source: (i) => `${i}u`,
  value: (i, name) => `subgroupBroadcast(${name}, ${i}u)`,
};

/**
 * @param block number of k that are held, a multiple of twice the lanes; the unrolled loop, and the time to
 *   compile, grow with it
 * @param lanes of a subgroup
 */
export const matmulStationary = (block: number, lanes: 4 | 8) => {
  const exchange = lanes === 4 ? QUAD_SWAPS : BROADCASTS;
  // Steps in an iteration of the loading loop.
  const heldSteps = 2 * lanes;
  return defineKernel<MatmulSpec>({
    name: `matmulStationary${block}${lanes === 4 ? '' : `Lanes${lanes}`}`,
    enable: () => ['subgroups'],
    diagnosticsOff: ['subgroup_uniformity'],
    params: matmulParams,
    bindings: (spec) => matmulBindings(spec, 'f32', 'f32', wideC(spec) ? 4 : 1),
    body: (spec) => {
      const column = (j: number) => `min(column + ${j}u, params.n - 1u)`;
      return wgsl`
${spec.epilogue.code}
@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(subgroup_invocation_id) lane: u32) {
  let column = (workgroup_id.x * ${lanes}u + lane) * ${HELD_COLUMNS}u;
  let share = (params.m + num_workgroups.y - 1u) / num_workgroups.y;
  let first = workgroup_id.y * share;
  let end = min(first + share, params.m);
  let batch = workgroup_id.z;
  var held: array<f32, ${block * HELD_COLUMNS}>;
  var steps: array<u32, ${block / lanes}>;
  // Runs once also where K is 0, which makes all sums 0.
  for (var start = 0u; start == 0u || start < params.k; start += ${block}u) {
    for (var step = 0u; step < ${block}u; step += ${heldSteps}u) {
      ${each(HELD_COLUMNS, (j) => `let b${j} = ${startOfB(spec, column(j))};`)}
      ${each(heldSteps, (i) => holdStep(spec, exchange, i))}
      ${each(heldSteps / lanes, (q) => `steps[step / ${lanes}u + ${q}u] = ${stepInA(spec, `start + step + ${q * lanes}u + lane`)};`)}
    }
    for (var row = first; row < end; row++) {
      let a0 = ${startOfA(spec, 'row')};
      ${each(HELD_COLUMNS, (j) => `var c${j} = 0.0;`)}
      if (start > 0u) { ${loadSums(spec)} }
      ${each(block / lanes, (group) => `{ ${groupProduct(exchange, group)} }\n      `)}
      if (start + ${block}u < params.k) {
        ${storeEach(spec, (sum) => `bitcast<${spec.epilogue.element}>(${sum})`)}
      } else {
        ${storeEach(spec, (sum, index) => `epilogue(select(0.0, ${sum}, params.k > 0u), ${index})`)}
      }
    }
  }
}`;
    },
  });
};

/** Index of the element at k = 0 in a row of A, and in a column of B. */
const startOfA = (spec: MatmulSpec, row: string) =>
  `${firstOf('a', spec)} + ${row}${spec.transposeA ? '' : ' * params.k'}`;
const startOfB = (spec: MatmulSpec, column: string) =>
  `${firstOf('b', spec)} + ${column}${spec.transposeB ? ' * params.k' : ''}`;

/** Offset of the element at k from there; past the last k, that of the last. */
const stepInA = ({ transposeA }: MatmulSpec, k: string) =>
  `min(${k}, params.k - 1u)${transposeA ? ' * params.m' : ''}`;
const stepInB = ({ transposeB }: MatmulSpec, k: string) =>
  `min(${k}, params.k - 1u)${transposeB ? '' : ' * params.n'}`;

/**
 * Loads what a lane needs at one step: that of the lane whose value of A it has then. Past the last k the value
 * is 0.
 */
function holdStep(spec: MatmulSpec, { lanes, source }: Exchange, i: number): string {
  const k = `start + step + ${i - (i % lanes)}u + ${source(i % lanes)}`;
  const value = (j: number) => `select(0.0, b[b${j} + to], k < params.k)`;
  const place = (j: number) => `held[(step + ${i}u) * ${HELD_COLUMNS}u + ${j}u]`;
  const values = each(HELD_COLUMNS, (j) => `${place(j)} = ${value(j)};`);
  return `{ let k = ${k}; let to = ${stepInB(spec, 'k')}; ${values} }\n      `;
}

/**
 * Adds the products of as many k as there are lanes. The held value is the first factor: it is dead afterwards,
 * so that its register can take the product; in the other order the value of A would be copied each time.
 */
function groupProduct({ lanes, value }: Exchange, group: number): string {
  const products = each(lanes, (i) => {
    const held = (j: number) => `held[${(group * lanes + i) * HELD_COLUMNS + j}]`;
    return `let s${i} = ${value(i, 's')}; ${each(HELD_COLUMNS, (j) => `c${j} += ${held(j)} * s${i};`)}\n      `;
  });
  return `let s = a[a0 + steps[${group}]]; ${products}`;
}

/** The positions of the lane's sums in C, in groups of neighbours that are stored together. */
function groupsOfC(spec: MatmulSpec) {
  const width = wideC(spec) ? 4 : 1;
  return Array.from({ length: HELD_COLUMNS / width }, (_, group) => ({
    inside: `column + ${group * width}u < params.n`,
    index: `(batch * params.m + row) * params.n + column + ${group * width}u`,
    sums: Array.from({ length: width }, (_, p) => `c${group * width + p}`),
  }));
}

/** Loads the sums over earlier blocks of k, which C holds without the epilogue. */
function loadSums(spec: MatmulSpec): string {
  const loads = groupsOfC(spec).map(({ index, sums }, group) => {
    if (sums.length === 1) return `${sums[0]} = bitcast<f32>(c[${index}]);`;
    const before = `before${group}`;
    const parts = PARTS.map((part, p) => `${sums[p]} = ${before}.${part};`).join(' ');
    return `let ${before} = bitcast<vec4<f32>>(c[(${index}) >> 2u]); ${parts}`;
  });
  return loads.join('\n        ');
}

/** @param value WGSL of the stored value, for a sum and its index */
function storeEach(spec: MatmulSpec, value: (sum: string, index: string) => string): string {
  const { element } = spec.epilogue;
  const stores = groupsOfC(spec).map(({ inside, index, sums }) => {
    const values = sums.map((name, p) => value(name, `index + ${p}u`)).join(', ');
    const store =
      sums.length === 1 ? `c[index] = ${values};` : `c[index >> 2u] = vec4<${element}>(${values});`;
    return `if (${inside}) { let index = ${index}; ${store} }`;
  });
  return stores.join('\n        ');
}
