/** Adds 1 to every element in place, for counters in states. One invocation per element. */
import { defineKernel } from './lib/kernel';
import { wgsl } from './lib/wgsl';

export type IncrementSpec = { readonly element: 'i32' };

export const INCREMENT_WORKGROUP = 4;

export const incrementKernel = defineKernel<IncrementSpec>({
  name: 'increment',
  params: () => ['size'],
  bindings: ({ element }) => [{ name: 'x', access: 'read_write', element }],
  body: () => wgsl`
@compute @workgroup_size(${INCREMENT_WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x < params.size) { x[id.x] += 1; }
}`,
});
