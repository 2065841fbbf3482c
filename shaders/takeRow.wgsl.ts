/** A row of x [rows, width] by an index in a buffer: one invocation per element. */
import type { Epilogue } from './lib/epilogue';
import { defineKernel, LINEAR_WORKGROUP } from './lib/kernel';
import { wgsl } from './lib/wgsl';

export type TakeRowSpec = { readonly element: 'f32' | 'i32' | 'u32'; readonly epilogue: Epilogue };

export const TAKE_ROW_WORKGROUP = 64;

export const takeRowKernel = defineKernel<TakeRowSpec>({
  name: 'takeRow',
  params: ({ epilogue }) => ['rows', 'width', ...epilogue.params],
  bindings: ({ element, epilogue }) => [
    { name: 'x', access: 'read', element },
    { name: 'row', access: 'read', element: 'i32' },
    { name: 'y', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  body: ({ element, epilogue }) => wgsl`
${epilogue.code}
@compute @workgroup_size(${TAKE_ROW_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${TAKE_ROW_WORKGROUP}u + lane;
  if (index >= params.width) { return; }
  let at = row[0];
  var value = ${element}(0);
  if (at >= 0 && u32(at) < params.rows) { value = x[u32(at) * params.width + index]; }
  y[index] = epilogue(value, index);
}`,
});
