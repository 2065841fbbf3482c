/**
 * Gradient of sorting: scatters each value's gradient to where the value came from, with one invocation per
 * value. Where only the first values of each line were kept, the gradients of the others are cleared before.
 */
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { SORT_WORKGROUP } from './keys';

const main = (body: string) => wgsl`
@compute @workgroup_size(${SORT_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${SORT_WORKGROUP}u + lane;
  ${body}
}`;

export const clear = defineKernel({
  name: 'clearUnsorted',
  params: () => ['size'],
  bindings: () => [{ name: 'y', access: 'read_write', element: 'f32' }],
  body: () => main('if (index < params.size) { y[index] = 0.0; }'),
});

/** From gradients and indices [outer, k, inner], which are distinct in each line, to dx [outer, n, inner]. */
export const unsort = defineKernel({
  name: 'unsort',
  params: () => ['size', 'n', 'inner', 'k'],
  bindings: () => [
    { name: 'dvalues', access: 'read', element: 'f32' },
    { name: 'indices', access: 'read', element: 'i32' },
    { name: 'dx', access: 'read_write', element: 'f32' },
  ],
  body: () =>
    main(wgsl`
  if (index >= params.size) { return; }
  let outer = index / (params.inner * params.k);
  let at = min(u32(indices[index]), params.n - 1u);
  dx[(outer * params.n + at) * params.inner + index % params.inner] = dvalues[index];`),
});
