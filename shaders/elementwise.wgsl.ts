/**
 * An elementwise chain: one invocation per element, 64 per workgroup. The whole computation is the epilogue
 * that the fusion pass wrote; this is the frame for chains without a host kernel.
 */
import type { Epilogue } from './lib/epilogue';
import { defineKernel, LINEAR_WORKGROUP } from './lib/kernel';
import { wgsl } from './lib/wgsl';

export type ElementwiseSpec = { readonly epilogue: Epilogue };

export const ELEMENTWISE_WORKGROUP = 64;

export const elementwise = defineKernel<ElementwiseSpec>({
  name: 'elementwise',
  params: ({ epilogue }) => ['size', ...epilogue.params],
  bindings: ({ epilogue }) => [
    { name: 'result', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  body: ({ epilogue }) => wgsl`
${epilogue.code}
@compute @workgroup_size(${ELEMENTWISE_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${ELEMENTWISE_WORKGROUP}u + lane;
  if (index < params.size) { result[index] = epilogue(index); }
}`,
});
