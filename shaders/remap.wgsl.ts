/**
 * Moves elements: result axis i reads source axis permutation[i], shifted by a start, and `value`
 * where that is outside. Serves transpose, slice and pad. One invocation an element.
 */
import type { Epilogue } from './lib/epilogue';
import { defineKernel, LINEAR_WORKGROUP } from './lib/kernel';
import { wgsl } from './lib/wgsl';

export type RemapSpec = {
  readonly rank: number;
  readonly permutation: readonly number[];
  readonly starts: readonly number[];
  readonly element: 'f32' | 'i32' | 'u32';
  /** WGSL literal of that element type. */
  readonly value: string;
  readonly epilogue: Epilogue;
};

export const REMAP_WORKGROUP = 64;

export const remap = defineKernel<RemapSpec>({
  name: 'remap',
  params: ({ rank, epilogue }) => [
    'size',
    ...Array.from({ length: rank }, (_, i) => `to${i}`),
    ...Array.from({ length: rank }, (_, i) => `from${i}`),
    ...epilogue.params,
  ],
  bindings: ({ element, epilogue }) => [
    { name: 'x', access: 'read', element },
    { name: 'y', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  body: ({ rank, permutation, starts, element, value, epilogue }) => {
    const axes = Array.from({ length: rank }, (_, i) => i);
    const split = axes
      .toReversed()
      .map(
        (i) => `let c${i} = i32(rest % params.to${i}) + ${starts[i] ?? 0}; rest /= params.to${i};`,
      )
      .join('\n  ');
    const inside = axes
      .map((i) => `c${i} >= 0 && c${i} < i32(params.from${permutation[i] ?? i})`)
      .join(' && ');
    const at = axes.reduce(
      (offset, source) =>
        `(${offset}) * params.from${source} + u32(c${permutation.indexOf(source)})`,
      '0u',
    );
    return wgsl`
${epilogue.code}
@compute @workgroup_size(${REMAP_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${REMAP_WORKGROUP}u + lane;
  if (index >= params.size) { return; }
  var rest = index;
  ${split}
  var value: ${element} = ${value};
  if (${inside === '' ? 'true' : inside}) { value = x[${at}]; }
  y[index] = epilogue(value, index);
}`;
  },
});
