/**
 * Matrix product with a transposed B, as in a linear layer, where k is a multiple of 4: both are read by vec4
 * along k, without bounds checks. An invocation computes tileM x tileN results. For few rows on a GPU, `slices`
 * neighbours split the k of the same results, and add their partial sums in workgroup memory. The kernel is
 * short, since all programs carry it. The order of summation is fixed.
 */

import { each } from '../lib/each';
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { firstOf, type MatmulSpec, matmulBindings, matmulParams } from './spec';

/** Invocations of a workgroup: along columns, along rows, and those that split k. */
export interface DotsDesign {
  readonly columns: number;
  readonly rows: number;
  readonly slices: number;
}

/** Whether the kernel supports the layout of the matrices. */
export function fitsDots({
  transposeA,
  transposeB,
  aligned,
}: Pick<MatmulSpec, 'transposeA' | 'transposeB' | 'aligned'>): boolean {
  return !transposeA && transposeB && aligned.k;
}

/*@__NO_SIDE_EFFECTS__*/
export const matmulDots = ({ columns, rows, slices }: DotsDesign) =>
  defineKernel<MatmulSpec>({
    name: `matmulDots${columns}x${rows}x${slices}`,
    params: matmulParams,
    bindings: (spec) => matmulBindings(spec, 'vec4<f32>', 'vec4<f32>'),
    body: (spec) => {
      const { tileM, tileN, epilogue } = spec;
      const size = tileM * tileN;
      const eachSum = (text: (r: number, j: number, i: number) => string) =>
        each(tileM, (r) => each(tileN, (j) => text(r, j, r * tileN + j)));
      return wgsl`
${epilogue.code}
#if ${slices > 1}
var<workgroup> partial: array<f32, ${columns * rows * slices * size}>;
#endif
@compute @workgroup_size(${slices}, ${columns}, ${rows})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(local_invocation_id) local: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let row = (workgroup_id.y * ${rows}u + local.z) * ${tileM}u;
  let column = (workgroup_id.x * ${columns}u + local.y) * ${tileN}u;
  let batch = workgroup_id.z;
  let quads = params.k / 4u;
  let first_a = (${firstOf('a', spec)}) / 4u;
  let first_b = (${firstOf('b', spec)}) / 4u;
  ${each(tileM, (r) => `let m${r} = first_a + min(row + ${r}u, params.m - 1u) * quads;`)}
  ${each(tileN, (j) => `let n${j} = first_b + min(column + ${j}u, params.n - 1u) * quads;`)}
  var sums: array<f32, ${size}>;
  ${eachSum((r, j) => `var c${r}_${j} = 0.0;`)}
  // Invocations below the last row skip the sum.
  for (var quad = select(local.x, quads, row >= params.m); quad < quads; quad += ${slices}u) {
    ${each(tileM, (r) => `let a${r} = a[m${r} + quad];`)}
    ${each(tileN, (j) => `let b${j} = b[n${j} + quad];`)}
    ${eachSum((r, j) => `c${r}_${j} += dot(a${r}, b${j});`)}
  }
  ${eachSum((r, j, i) => `sums[${i}] = c${r}_${j};`)}
  #if ${slices > 1}
  for (var i = 0u; i < ${size}u; i++) { partial[thread * ${size}u + i] = sums[i]; }
  workgroupBarrier();
  if (local.x > 0u) { return; }
  for (var i = ${size}u; i < ${slices * size}u; i++) {
    sums[i % ${size}u] += partial[thread * ${size}u + i];
  }
  #endif
  for (var r = 0u; r < min(${tileM}u, params.m - min(row, params.m)); r++) {
    for (var j = 0u; j < min(${tileN}u, params.n - min(column, params.n)); j++) {
      let index = (batch * params.m + row + r) * params.n + column + j;
      c[index] = epilogue(sums[r * ${tileN}u + j], index);
    }
  }
}`;
    },
  });
