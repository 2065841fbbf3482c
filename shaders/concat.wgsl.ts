/**
 * Copies rows [outer, inner] to a column of wider rows: one part of a concatenation. One invocation per
 * element.
 */
import { defineKernel, LINEAR_WORKGROUP } from './lib/kernel';
import { wgsl } from './lib/wgsl';

export type ConcatSpec = { readonly element: 'f32' | 'i32' | 'u32' };

export const COPY_WORKGROUP = 64;

export const concatPart = defineKernel<ConcatSpec>({
  name: 'concat',
  params: () => ['outer', 'inner', 'width', 'column'],
  bindings: ({ element }) => [
    { name: 'x', access: 'read', element },
    { name: 'y', access: 'read_write', element },
  ],
  body: () => wgsl`
@compute @workgroup_size(${COPY_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${COPY_WORKGROUP}u + lane;
  if (index >= params.outer * params.inner) { return; }
  let row = index / params.inner;
  y[row * params.width + params.column + index % params.inner] = x[index];
}`,
});
