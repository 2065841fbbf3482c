/**
 * Matrix product, one invocation a result, 8x8 a workgroup. Right for every size and layout: the
 * baseline that the other variants are tested against.
 */
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { type MatmulSpec, matmulBindings, matmulParams } from './spec';

export const matmulNaive = defineKernel<MatmulSpec>({
  name: 'matmulNaive',
  params: matmulParams,
  bindings: (spec) => matmulBindings(spec, 'f32', 'f32'),
  body: ({ transposeA, transposeB, epilogue }) => wgsl`
${epilogue.code}
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let row = id.y;
  let column = id.x;
  if (row >= params.m || column >= params.n) { return; }
  let first_a = id.z * params.strideA;
  let first_b = id.z * params.strideB;
  var total = 0.0;
  for (var p = 0u; p < params.k; p++) {
    total += a[first_a + ${transposeA ? 'p * params.m + row' : 'row * params.k + p'}]
      * b[first_b + ${transposeB ? 'column * params.k + p' : 'p * params.n + column'}];
  }
  let index = (id.z * params.m + row) * params.n + column;
  c[index] = epilogue(total, index);
}`,
});
