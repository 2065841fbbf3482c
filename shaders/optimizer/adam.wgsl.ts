/**
 * Adam and AdamW on a flat arena, in place, four values per invocation (Kingma and Ba 2015, algorithm 1;
 * Loshchilov and Hutter 2019, algorithm 2; AMSGrad: Reddi et al. 2018, algorithm 2), with the order of
 * operations of torch.optim.
 */
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';

export type AdamSpec = {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Whether the weights decay directly (AdamW), instead of by a term of the gradient. */
  readonly decoupled: boolean;
  /** Whether to divide by the largest second moment so far, which is a third arena of state. */
  readonly amsgrad: boolean;
};

export const OPTIMIZER_WORKGROUP = 64;

export const adamKernel = defineKernel<AdamSpec>({
  name: 'adam',
  params: () => ['size'],
  bindings: ({ amsgrad }) => [
    { name: 'gradients', access: 'read', element: 'vec4<f32>' },
    { name: 'gradient_scale', access: 'read', element: 'f32' },
    { name: 'rate', access: 'read', element: 'f32' },
    { name: 'corrections', access: 'read', element: 'f32' },
    { name: 'parameters', access: 'read_write', element: 'vec4<f32>' },
    { name: 'first', access: 'read_write', element: 'vec4<f32>' },
    { name: 'second', access: 'read_write', element: 'vec4<f32>' },
    ...(amsgrad ? [{ name: 'largest', access: 'read_write', element: 'vec4<f32>' } as const] : []),
  ],
  body: ({ beta1, beta2, epsilon, weightDecay, decoupled, amsgrad }) => wgsl`
@compute @workgroup_size(${OPTIMIZER_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let i = (${LINEAR_WORKGROUP}) * ${OPTIMIZER_WORKGROUP}u + lane;
  if (i >= params.size / 4u) { return; }
  var p = parameters[i];
  var g = gradients[i] * gradient_scale[0];
  #if ${weightDecay > 0 && decoupled}
  p -= rate[0] * ${float(weightDecay)} * p;
  #elif ${weightDecay > 0}
  g += ${float(weightDecay)} * p;
  #endif
  let m = ${float(beta1)} * first[i] + ${float(1 - beta1)} * g;
  let v = ${float(beta2)} * second[i] + ${float(1 - beta2)} * g * g;
  first[i] = m;
  second[i] = v;
  #if ${amsgrad}
  let bound = max(largest[i], v);
  largest[i] = bound;
  #else
  let bound = v;
  #endif
  let root = sqrt(bound) * inverseSqrt(corrections[1]);
  parameters[i] = p - (rate[0] / corrections[0]) * m / (root + ${float(epsilon)});
}`,
});
