/**
 * Product with a packed matrix, one invocation a result, 8x8 a workgroup, weight by weight: the
 * baseline that the other variants are tested against.
 */
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { type PackedSpec, packedBindings, packedParams } from './spec';
import { weightFunction } from './unpack';

export const packedNaive = defineKernel<PackedSpec>({
  name: 'packedNaive',
  params: packedParams,
  bindings: (spec) => packedBindings(spec, { words: false, values: false }),
  body: ({ packing, epilogue }) => wgsl`
${epilogue.code}
${weightFunction(packing)}
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let row = id.y;
  let column = id.x;
  if (row >= params.m || column >= params.n) { return; }
  var total = 0.0;
  for (var k = 0u; k < params.k; k++) {
    total += a[row * params.k + k] * weight(column, k);
  }
  let index = row * params.n + column;
  c[index] = epilogue(total, index);
}`,
});
