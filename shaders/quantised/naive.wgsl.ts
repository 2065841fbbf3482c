/**
 * Product with a quantised matrix, one weight at a time, with one invocation per result and 8x8 per workgroup:
 * the baseline for the tests of the other variants.
 */
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { weightFunction } from './dequantise';
import { type QuantisedSpec, quantisedBindings, quantisedParams } from './spec';

export const quantisedNaive = defineKernel<QuantisedSpec>({
  name: 'quantisedNaive',
  params: quantisedParams,
  bindings: (spec) => quantisedBindings(spec, { words: false, values: false }),
  body: ({ scheme, epilogue }) => wgsl`
${epilogue.code}
${weightFunction(scheme)}
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
