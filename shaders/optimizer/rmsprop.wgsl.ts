/**
 * RMSprop on a flat arena, in place, four values per invocation (Tieleman and Hinton 2012, lecture 6.5;
 * centered: Graves 2013, equations 38 to 45), with the order of operations of torch.optim.RMSprop.
 */
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';
import { OPTIMIZER_WORKGROUP } from './adam.wgsl';

export type RmspropSpec = {
  /** Decay of the averages. */
  readonly alpha: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Above 0 it needs an arena of state. */
  readonly momentum: number;
  /** Whether to divide by the standard deviation of the gradient; this needs an arena of state for its mean. */
  readonly centered: boolean;
};

export const rmspropKernel = defineKernel<RmspropSpec>({
  name: 'rmsprop',
  params: () => ['size'],
  bindings: ({ momentum, centered }) => [
    { name: 'gradients', access: 'read', element: 'vec4<f32>' },
    { name: 'gradient_scale', access: 'read', element: 'f32' },
    { name: 'rate', access: 'read', element: 'f32' },
    { name: 'parameters', access: 'read_write', element: 'vec4<f32>' },
    { name: 'square_average', access: 'read_write', element: 'vec4<f32>' },
    ...(momentum > 0
      ? [{ name: 'momentum', access: 'read_write', element: 'vec4<f32>' } as const]
      : []),
    ...(centered
      ? [{ name: 'gradient_average', access: 'read_write', element: 'vec4<f32>' } as const]
      : []),
  ],
  body: ({ alpha, epsilon, weightDecay, momentum, centered }) => wgsl`
@compute @workgroup_size(${OPTIMIZER_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let i = (${LINEAR_WORKGROUP}) * ${OPTIMIZER_WORKGROUP}u + lane;
  if (i >= params.size / 4u) { return; }
  let g = gradients[i] * gradient_scale[0] + ${float(weightDecay)} * parameters[i];
  let squares = ${float(alpha)} * square_average[i] + ${float(1 - alpha)} * g * g;
  square_average[i] = squares;
  #if ${centered}
  let mean = ${float(alpha)} * gradient_average[i] + ${float(1 - alpha)} * g;
  gradient_average[i] = mean;
  // Where all gradients were alike, rounding may make the difference negative.
  let root = sqrt(max(squares - mean * mean, vec4<f32>(0.0)));
  #else
  let root = sqrt(squares);
  #endif
  let change = g / (root + ${float(epsilon)});
  #if ${momentum > 0}
  let moved = ${float(momentum)} * momentum[i] + change;
  momentum[i] = moved;
  parameters[i] -= rate[0] * moved;
  #else
  parameters[i] -= rate[0] * change;
  #endif
}`,
});
