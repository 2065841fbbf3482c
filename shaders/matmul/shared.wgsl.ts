/**
 * Matrix product through workgroup memory, for GPUs: 8x8 invocations compute 8*tileM x 8*tileN results
 * (tiles are multiples of 4), 16 k at a time. A lies in memory by k then rows, B by k then columns, so
 * that the inner loop reads whole vec4. Method: the tiling of llama.cpp's and onnxruntime's WebGPU
 * matmul (8x8 threads of 4x4 results do best over GPUs of four makers, llama.cpp #22241).
 */
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { declareSums, storeSums, wideC } from './quads';
import { each, type MatmulSpec, matmulBindings, matmulParams } from './spec';

/** Invocations along each side of a workgroup. */
export const SHARED_WORKGROUP = 8;
const THREADS = SHARED_WORKGROUP * SHARED_WORKGROUP;
const DEPTH = 16;
const PARTS = ['x', 'y', 'z', 'w'] as const;

const wideA = ({ transposeA, aligned }: MatmulSpec) => (transposeA ? aligned.m : aligned.k);
const wideB = ({ transposeB, aligned }: MatmulSpec) => (transposeB ? aligned.k : aligned.n);

export const matmulShared = defineKernel<MatmulSpec>({
  name: 'matmulShared',
  params: matmulParams,
  bindings: (spec) => {
    const element = (wide: boolean) => (wide ? 'vec4<f32>' : 'f32');
    return matmulBindings(spec, element(wideA(spec)), element(wideB(spec)), wideC(spec) ? 4 : 1);
  },
  body: (spec) => {
    const { transposeA, transposeB } = spec;
    return sharedProduct(spec, {
      places: `let batch = workgroup_id.z;
  let first_a = batch * params.strideA;
  let first_b = batch * params.strideB;`,
      loadA: load('a', 'params.m', transposeA, wideA(spec)),
      loadB: load('b', 'params.n', !transposeB, wideB(spec)),
    });
  },
});

/** What products through workgroup memory differ in. */
export interface SharedLoads {
  /** Declares `batch` and what the loads need. */
  readonly places: string;
  /**
   * Statements that fill the vec4 `v`, 0 at first, with four neighbours in storage: from k `at_k` and
   * row or column `place` on. The one of the two that does not move is inside the matrix.
   */
  readonly loadA: string;
  readonly loadB: string;
}

/** The whole shader after its bindings. */
export function sharedProduct(spec: MatmulSpec, { places, loadA, loadB }: SharedLoads): string {
  const { tileM, tileN, transposeA, transposeB, epilogue } = spec;
  const [rows, columns] = [SHARED_WORKGROUP * tileM, SHARED_WORKGROUP * tileN];
  const part = (i: number) => PARTS[i % 4] ?? 'x';
  const sums = each(tileM, (r) => {
    const value = `a${Math.floor(r / 4)}.${part(r)}`;
    const one = (j: number) => `c${r}_${j} += ${value} * b${Math.floor(j / 4)}.${part(j)};`;
    return `${each(tileN, one)}\n      `;
  });
  return wgsl`
${epilogue.code}
var<workgroup> tile_a: array<vec4<f32>, ${(DEPTH * rows) / 4}>;
var<workgroup> tile_b: array<vec4<f32>, ${(DEPTH * columns) / 4}>;
@compute @workgroup_size(${SHARED_WORKGROUP}, ${SHARED_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(local_invocation_id) local: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let first_row = workgroup_id.y * ${rows}u;
  let first_column = workgroup_id.x * ${columns}u;
  let row = first_row + local.y * ${tileM}u;
  let column = first_column + local.x * ${tileN}u;
  ${places}
  ${declareSums(spec)}
  for (var k = 0u; k < params.k; k += ${DEPTH}u) {
    ${fill('a', 'first_row', 'params.m', rows, transposeA, loadA)}
    ${fill('b', 'first_column', 'params.n', columns, !transposeB, loadB)}
    workgroupBarrier();
    for (var p = 0u; p < ${DEPTH}u; p++) {
      ${each(tileM / 4, (i) => `let a${i} = tile_a[p * ${rows / 4}u + local.y * ${tileM / 4}u + ${i}u];`)}
      ${each(tileN / 4, (i) => `let b${i} = tile_b[p * ${columns / 4}u + local.x * ${tileN / 4}u + ${i}u];`)}
      ${sums}
    }
    workgroupBarrier();
  }
  ${storeSums(spec)}
}`;
}

/** Loads of a plain matrix, one where that is legal, which begins at `first_a` or `first_b`. */
export function load(matrix: 'a' | 'b', size: string, slowK: boolean, wide: boolean): string {
  const at = slowK ? `at_k * ${size} + place` : 'place * params.k + at_k';
  const inside = (i: number) => (slowK ? `place + ${i}u < ${size}` : `at_k + ${i}u < params.k`);
  const first = `let at = first_${matrix} + ${at};`;
  if (wide) return `${first} if (${inside(0)}) { v = ${matrix}[at >> 2u]; }`;
  const one = (i: number) => `if (${inside(i)}) { v.${PARTS[i] ?? 'x'} = ${matrix}[at + ${i}u]; }`;
  return `${first} ${each(4, one)}`;
}

/**
 * Fills a tile: each invocation takes groups of four neighbours in storage; what lies past the edge is
 * 0, so that the inner loop needs no bounds.
 */
function fill(
  matrix: 'a' | 'b',
  first: string,
  size: string,
  count: number,
  slowK: boolean,
  loads: string,
): string {
  const groups = (DEPTH * count) / 4;
  const across = slowK ? count / 4 : DEPTH / 4;
  const [k, place] = slowK
    ? [`k + g / ${across}u`, `${first} + g % ${across}u * 4u`]
    : [`k + g % ${across}u * 4u`, `${first} + g / ${across}u`];
  const fixed = slowK ? 'at_k < params.k' : `place < ${size}`;
  const spot = `(g / ${across}u)`;
  const put = slowK
    ? `tile_${matrix}[g] = v;`
    : each(
        4,
        (i) =>
          `tile_${matrix}[(g % ${across}u * 4u + ${i}u) * ${count / 4}u + ${spot} / 4u][${spot} % 4u] = v.${PARTS[i] ?? 'x'};`,
      );
  return `for (var g = thread; g < ${groups}u; g += ${THREADS}u) {
      let at_k = ${k};
      let place = ${place};
      var v = vec4<f32>();
      if (${fixed}) { ${loads} }
      ${put}
    }`;
}
