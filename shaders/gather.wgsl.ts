/**
 * Elements of x by index along one axis, with one invocation per element of the result, which has the shape of
 * the indices. An index outside x reads as 0. Also the gradient of a scatter, where only updates that were kept
 * have one: `winners` holds for each element of x the position of the index that it came from.
 */
import type { Epilogue } from './lib/epilogue';
import { defineKernel, LINEAR_WORKGROUP } from './lib/kernel';
import { wgsl } from './lib/wgsl';

export type GatherSpec = {
  readonly element: 'f32' | 'i32' | 'u32';
  /** Number of axes of x and of the indices, after merging neighbouring axes. */
  readonly rank: number;
  /** The axis that is indexed. */
  readonly axis: number;
  readonly winners: boolean;
  readonly epilogue: Epilogue;
};

export const GATHER_WORKGROUP = 64;

export const gather = defineKernel<GatherSpec>({
  name: 'gather',
  params: ({ rank, epilogue }) => {
    const axes = Array.from({ length: rank }, (_, i) => i);
    return [
      'size',
      ...axes.map((i) => `to${i}`),
      ...axes.map((i) => `from${i}`),
      ...epilogue.params,
    ];
  },
  bindings: ({ element, winners, epilogue }) => [
    { name: 'x', access: 'read', element },
    { name: 'indices', access: 'read', element: 'i32' },
    ...(winners ? [{ name: 'winners', access: 'read', element: 'i32' } as const] : []),
    { name: 'y', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  body: ({ element, rank, axis, winners, epilogue }) => {
    const axes = Array.from({ length: rank }, (_, i) => i);
    const split = axes
      .toReversed()
      .map((i) => `let c${i} = rest % params.to${i}; rest /= params.to${i};`);
    const at = axes.reduce(
      (place, i) => `(${place}) * params.from${i} + ${i === axis ? 'u32(own)' : `c${i}`}`,
      '0u',
    );
    const isKept = winners ? `if (winners[at] == i32(c${axis})) ` : '';
    return wgsl`
${epilogue.code}
@compute @workgroup_size(${GATHER_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${GATHER_WORKGROUP}u + lane;
  if (index >= params.size) { return; }
  var rest = index;
  ${split.join('\n  ')}
  let own = indices[index];
  var value = ${element}(0);
  if (own >= 0 && u32(own) < params.from${axis}) {
    let at = ${at};
    ${isKept}{ value = x[at]; }
  }
  y[index] = epilogue(value, index);
}`;
  },
});
