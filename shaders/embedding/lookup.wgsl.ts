/** Rows of a table by id: one invocation an element. An id outside the table reads as zeros. */
import type { Epilogue } from '../lib/epilogue';
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';

export type LookupSpec = { readonly epilogue: Epilogue };

export const LOOKUP_WORKGROUP = 64;

export const embeddingLookup = defineKernel<LookupSpec>({
  name: 'embeddingLookup',
  params: ({ epilogue }) => ['count', 'rows', 'width', ...epilogue.params],
  bindings: ({ epilogue }) => [
    { name: 'ids', access: 'read', element: 'i32' },
    { name: 'table', access: 'read', element: 'f32' },
    { name: 'y', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  body: ({ epilogue }) => wgsl`
${epilogue.code}
@compute @workgroup_size(${LOOKUP_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${LOOKUP_WORKGROUP}u + lane;
  if (index >= params.count * params.width) { return; }
  let id = ids[index / params.width];
  var value = 0.0;
  if (id >= 0 && u32(id) < params.rows) {
    value = table[u32(id) * params.width + index % params.width];
  }
  y[index] = epilogue(value, index);
}`,
});
