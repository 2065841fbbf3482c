/**
 * Matrix product through workgroup memory, for GPUs: side x side invocations compute side*tileM x side*tileN
 * results (tiles are multiples of 4), a few k at a time. In workgroup memory, A is stored by k, then rows, and
 * B by k, then columns, so that the inner loop reads whole vec4. Method: the tiling of llama.cpp's and
 * onnxruntime's WebGPU matmul (8x8 threads of 4x4 results do best over GPUs of four vendors, llama.cpp #22241);
 * double-buffered and padded as in CUTLASS.
 */

import { each } from '../lib/each';
import { defineKernel } from '../lib/kernel';
import { PARTS, wgsl } from '../lib/wgsl';
import { declareSums, gatherSums, storeGathered, wideC } from './quads';
import { firstOf, type MatmulSpec, matmulBindings, matmulParams } from './spec';

/** How workgroup memory is used. */
export interface SharedDesign {
  /** Invocations along each side of a workgroup. */
  readonly side: 8 | 16;
  /** Padding between lines and after every eighth vec4, which avoids bank conflicts. */
  readonly padded: boolean;
  /** Number of k in workgroup memory at a time. */
  readonly depth: 8 | 16;
  /**
   * Teams of side x side invocations that split the k of the same results (split-K within a workgroup): where
   * results are few and sums long, more threads work on them.
   */
  readonly slices: 1 | 4;
  /**
   * The element type in workgroup memory and of products. With f16, the products of all k in memory are summed
   * in f16 before they are added in f32.
   */
  readonly element: 'f32' | 'f16';
}

/**
 * Double buffering: the next k are loaded from storage while the present ones are multiplied, and one barrier
 * per step suffices. It takes 0.5 to 0.95 of the time of a single buffer on an H200, in all shapes that were
 * measured.
 */
const BUFFERS = 2;

/** Number of vec4 in a line, which holds `count` rows or columns of one k. */
function lineQuads({ padded }: SharedDesign, count: number): number {
  const quads = count / 4;
  // An odd number puts the four k that one load is scattered to into different banks.
  return padded ? (quads + Math.ceil(quads / 8) - 1) | 1 : quads;
}

/** Bytes of workgroup memory for a thread's tile. */
export function sharedBytes(design: SharedDesign, [rows, columns]: readonly [number, number]) {
  const { side, depth, slices, element } = design;
  const quads = lineQuads(design, side * rows) + lineQuads(design, side * columns);
  return slices * BUFFERS * depth * quads * (element === 'f16' ? 8 : 16);
}

const wideA = ({ transposeA, aligned }: MatmulSpec) => (transposeA ? aligned.m : aligned.k);
const wideB = ({ transposeB, aligned }: MatmulSpec) => (transposeB ? aligned.k : aligned.n);

export const matmulShared = (design: SharedDesign) =>
  defineKernel<MatmulSpec>({
    name: `matmulShared ${Object.values(design).join(' ')}`,
    params: matmulParams,
    bindings: (spec) => {
      const element = (wide: boolean) => (wide ? 'vec4<f32>' : 'f32');
      return matmulBindings(spec, element(wideA(spec)), element(wideB(spec)), wideC(spec) ? 4 : 1);
    },
    body: (spec) =>
      sharedProduct(spec, design, {
        places: `let batch = workgroup_id.z;
  let first_a = ${firstOf('a', spec)};
  let first_b = ${firstOf('b', spec)};`,
        loadA: load('a', 'params.m', spec.transposeA, wideA(spec)),
        loadB: load('b', 'params.n', !spec.transposeB, wideB(spec)),
      }),
  });

/** The parts in which kernels through workgroup memory differ. */
export interface SharedLoads {
  /** Declares `batch`, and what the loads need. */
  readonly places: string;
  /**
   * Statements that fill the vec4 `v`, which is 0 at first, with four neighbours in storage, from k `at_k` and
   * row or column `place` on. The one of the two that is the same for all four is within the matrix.
   */
  readonly loadA: string;
  readonly loadB: string;
}

/** Statements that add the products of all k in memory to the sums, from this thread's vec4 of A and B. */
export type Products = (spec: MatmulSpec, depth: number, a: Own, b: Own) => string;

/** This thread's vec4 with index `i` at k `p`. */
type Own = (p: string, i: number) => string;

/**
 * The whole shader after its bindings.
 * @param products for the element type; f32 by default
 */
export function sharedProduct(
  spec: MatmulSpec,
  design: SharedDesign,
  { places, loadA, loadB }: SharedLoads,
  products: Products = floatProducts,
): string {
  const { tileM, tileN, transposeA, transposeB, epilogue } = spec;
  const { side, depth, slices } = design;
  const a = part(design, 'a', 'local.y', 'first_row', 'params.m', tileM, transposeA, loadA);
  const b = part(design, 'b', 'local.x', 'first_column', 'params.n', tileN, !transposeB, loadB);
  const fetch = (k: string) => `${a.fetch(k)} ${b.fetch(k)}`;
  const put = `${a.put} ${b.put}`;
  // The last step fetches only zeros, and what it stores in workgroup memory is never read.
  return wgsl`
${epilogue.code}
${a.declaration} ${b.declaration}
@compute @workgroup_size(${side}, ${side}, ${slices})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(local_invocation_id) local: vec3<u32>) {
  let thread = local.y * ${side}u + local.x;
  let first_row = workgroup_id.y * ${side * tileM}u;
  let first_column = workgroup_id.x * ${side * tileN}u;
  let row = first_row + local.y * ${tileM}u;
  let column = first_column + local.x * ${tileN}u;
  ${places}
  ${declareSums(spec)}
  let first_k = local.z * ${depth}u;
  var now = local.z * ${BUFFERS}u;
  { ${fetch('first_k')} ${put} }
  workgroupBarrier();
  for (var start = 0u; start < params.k; start += ${depth * slices}u) {
    ${fetch(`start + ${depth * slices}u + first_k`)}
    ${products(spec, depth, a.own, b.own)}
    now ^= 1u;
    ${put}
    workgroupBarrier();
  }
  ${gatherSums(spec)}
  ${slices > 1 ? joinSlices(spec, design) : ''}
  ${storeGathered(spec)}
}`;
}

/** Adds the sums of all slices in the first one, in the order of slices; the other slices return. */
function joinSlices({ tileM, tileN }: MatmulSpec, { side, slices }: SharedDesign): string {
  const eachSum = (text: string) => `for (var i = 0u; i < ${tileM * tileN}u; i++) { ${text} }`;
  const place = `tile_a[(i >> 2u) * ${side ** 2}u + thread][i & 3u]`;
  return `for (var other = 1u; other < ${slices}u; other++) {
    if (local.z == other) { ${eachSum(`${place} = sums[i];`)} }
    workgroupBarrier();
    if (local.z == 0u) { ${eachSum(`sums[i] += ${place};`)} }
    workgroupBarrier();
  }
  if (local.z > 0u) { return; }`;
}

/** The part of A or B in workgroup memory, and the code that fills it. */
function part(
  design: SharedDesign,
  matrix: 'a' | 'b',
  lane: string,
  first: string,
  size: string,
  tile: number,
  slowK: boolean,
  loads: string,
) {
  const { side, padded, depth, slices, element } = design;
  const count = side * tile;
  const line = lineQuads(design, count);
  const at = (p: string, quad: string) =>
    `tile_${matrix}[(now * ${depth}u + ${p}) * ${line}u + ${quad}${padded ? ` + ${quad} / 8u` : ''}]`;
  // Groups of four neighbours in storage; `across` of them lie along its fast axis, and each thread loads some.
  const across = (slowK ? count : depth) / 4;
  const [fast, slow] = [`(g % ${across}u)`, `(g / ${across}u)`];
  const [fromK, place] = slowK
    ? [slow, `${first} + ${fast} * 4u`]
    : [`${fast} * 4u`, `${first} + ${slow}`];
  const fixed = slowK ? 'at_k < params.k' : `place < ${size}`;
  const eachGroup = (text: (next: string, group: string) => string) =>
    each((depth * count) / 4 / side ** 2, (i) =>
      text(`${matrix}_next${i}`, `let g = thread + ${i * side ** 2}u;`),
    );
  return {
    declaration: `var<workgroup> tile_${matrix}: array<vec4<${element}>, ${slices * BUFFERS * depth * line}>;`,
    own: (p: string, i: number) => at(p, `(${lane} * ${tile / 4}u + ${i}u)`),
    /** From storage into registers. Past the edge the values are 0, so that products need no bounds checks. */
    fetch: (k: string) =>
      eachGroup(
        (next, group) => `var ${next}: vec4<f32>; { ${group}
      let at_k = ${k} + ${fromK};
      let place = ${place};
      var v = vec4<f32>();
      if (${fixed}) { ${loads} }
      ${next} = v; }
    `,
      ),
    /** From registers into workgroup memory. */
    put: eachGroup((next, group) => {
      const one = (i: number) =>
        `${at(`${fast} * 4u + ${i}u`, `(${slow} / 4u)`)}[${slow} % 4u] = ${element}(${next}.${PARTS[i] ?? 'x'});`;
      return `{ ${group} ${slowK ? `${at(slow, fast)} = vec4<${element}>(${next});` : each(4, one)} }
    `;
    }),
  };
}

/** Loads from an f32 matrix that begins at `first_a` or `first_b`, by vec4 where alignment allows. */
export function load(matrix: 'a' | 'b', size: string, slowK: boolean, wide: boolean): string {
  const at = slowK ? `at_k * ${size} + place` : 'place * params.k + at_k';
  const inside = (i: number) => (slowK ? `place + ${i}u < ${size}` : `at_k + ${i}u < params.k`);
  const first = `let at = first_${matrix} + ${at};`;
  if (wide) return `${first} if (${inside(0)}) { v = ${matrix}[at >> 2u]; }`;
  const one = (i: number) => `if (${inside(i)}) { v.${PARTS[i] ?? 'x'} = ${matrix}[at + ${i}u]; }`;
  return `${first} ${each(4, one)}`;
}

/** Declares a0 .. and b0 ..: this thread's vec4 of A and B at k `p`. */
export function declareOwn({ tileM, tileN }: MatmulSpec, a: Own, b: Own, p: string): string {
  return `${each(tileM / 4, (i) => `let a${i} = ${a(p, i)};`)}
      ${each(tileN / 4, (i) => `let b${i} = ${b(p, i)};`)}`;
}

const floatProducts: Products = (spec, depth, a, b) => {
  const value = (matrix: 'a' | 'b', i: number) =>
    `${matrix}${Math.floor(i / 4)}.${PARTS[i % 4] ?? 'x'}`;
  const sum = (r: number, j: number) => `c${r}_${j} += ${value('a', r)} * ${value('b', j)};`;
  return `for (var p = 0u; p < ${depth}u; p++) {
      ${declareOwn(spec, a, b, 'p')}
      ${each(spec.tileM, (r) => `${each(spec.tileN, (j) => sum(r, j))}\n      `)}
    }`;
};
