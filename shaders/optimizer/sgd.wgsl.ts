/** SGD with momentum on a flat arena, in place, four values per invocation, like torch.optim.SGD. */
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';
import { OPTIMIZER_WORKGROUP } from './adam.wgsl';

export type SgdSpec = {
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
};

export const sgdKernel = defineKernel<SgdSpec>({
  name: 'sgd',
  params: () => ['size'],
  bindings: () => [
    { name: 'gradients', access: 'read', element: 'vec4<f32>' },
    { name: 'gradient_scale', access: 'read', element: 'f32' },
    { name: 'rate', access: 'read', element: 'f32' },
    { name: 'parameters', access: 'read_write', element: 'vec4<f32>' },
    { name: 'first', access: 'read_write', element: 'vec4<f32>' },
  ],
  body: ({ momentum, nesterov, weightDecay }) => wgsl`
@compute @workgroup_size(${OPTIMIZER_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let i = (${LINEAR_WORKGROUP}) * ${OPTIMIZER_WORKGROUP}u + lane;
  if (i >= params.size / 4u) { return; }
  let g = gradients[i] * gradient_scale[0] + ${float(weightDecay)} * parameters[i];
  let m = ${float(momentum)} * first[i] + g;
  first[i] = m;
  parameters[i] -= rate[0] * ${nesterov ? `(g + ${float(momentum)} * m)` : 'm'};
}`,
});
