/**
 * Adagrad on a flat arena, in place, four values per invocation (Duchi et al. 2011, the diagonal form), with
 * the order of operations of torch.optim.Adagrad.
 */
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';
import { OPTIMIZER_WORKGROUP } from './adam.wgsl';

export type AdagradSpec = { readonly epsilon: number; readonly weightDecay: number };

export const adagradKernel = defineKernel<AdagradSpec>({
  name: 'adagrad',
  params: () => ['size'],
  bindings: () => [
    { name: 'gradients', access: 'read', element: 'vec4<f32>' },
    { name: 'gradient_scale', access: 'read', element: 'f32' },
    { name: 'rate', access: 'read', element: 'f32' },
    { name: 'parameters', access: 'read_write', element: 'vec4<f32>' },
    { name: 'square_sum', access: 'read_write', element: 'vec4<f32>' },
  ],
  body: ({ epsilon, weightDecay }) => wgsl`
@compute @workgroup_size(${OPTIMIZER_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let i = (${LINEAR_WORKGROUP}) * ${OPTIMIZER_WORKGROUP}u + lane;
  if (i >= params.size / 4u) { return; }
  let g = gradients[i] * gradient_scale[0] + ${float(weightDecay)} * parameters[i];
  let squares = square_sum[i] + g * g;
  square_sum[i] = squares;
  parameters[i] -= rate[0] * g / (sqrt(squares) + ${float(epsilon)});
}`,
});
