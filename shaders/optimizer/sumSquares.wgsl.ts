/**
 * Sum of squares of a flat arena in two dispatches: each of SUM_GROUPS workgroups sums a slab, in which
 * neighbouring invocations read neighbouring values; then one workgroup adds the partial sums, one per
 * invocation. The order is fixed by the size alone.
 */
import type { Epilogue } from '../lib/epilogue';
import { defineKernel } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';

const SUM_WORKGROUP = 64;

/** Workgroups: enough for a GPU, and few enough for a single one to add their partial sums. */
export const SUM_GROUPS = 64;

/** Number of partial sums. */
export const SUM_LANES = SUM_GROUPS * SUM_WORKGROUP;

export type PartialSquaresSpec = {
  /** Values read at once; 4 needs a size that is a multiple of 4. */
  readonly width: 1 | 4;
};

const UNROLL = 4;

export const partialSquares = defineKernel<PartialSquaresSpec>({
  name: 'partialSquares',
  params: () => ['count'],
  bindings: ({ width }) => [
    { name: 'x', access: 'read', element: width === 4 ? 'vec4<f32>' : 'f32' },
    { name: 'partials', access: 'read_write', element: 'f32' },
  ],
  body: ({ width }) => {
    const type = width === 4 ? 'vec4<f32>' : 'f32';
    const steps = Array.from({ length: UNROLL }, (_, k) => {
      return `let x${k} = x[i + ${k * SUM_WORKGROUP}u]; total${k} += x${k} * x${k};`;
    });
    const totals = Array.from({ length: UNROLL }, (_, k) => `var total${k} = ${type}(0.0);`);
    return wgsl`
@compute @workgroup_size(${SUM_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let slab = (params.count + ${SUM_GROUPS - 1}u) / ${SUM_GROUPS}u;
  let end = min((workgroup_id.x + 1u) * slab, params.count);
  ${totals.join(' ')}
  var i = workgroup_id.x * slab + lane;
  for (; i + ${(UNROLL - 1) * SUM_WORKGROUP}u < end; i += ${UNROLL * SUM_WORKGROUP}u) {
    ${steps.join('\n    ')}
  }
  for (; i < end; i += ${SUM_WORKGROUP}u) { let rest = x[i]; total0 += rest * rest; }
  let total = (total0 + total1) + (total2 + total3);
  partials[workgroup_id.x * ${SUM_WORKGROUP}u + lane] = ${width === 4 ? '(total.x + total.y) + (total.z + total.w)' : 'total'};
}`;
  },
});

export type TotalSpec = { readonly epilogue: Epilogue };

/** One workgroup adds the partial sums. */
export const totalSquares = defineKernel<TotalSpec>({
  name: 'totalSquares',
  params: ({ epilogue }) => [...epilogue.params],
  bindings: ({ epilogue }) => [
    { name: 'partials', access: 'read', element: 'vec4<f32>' },
    { name: 'y', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  body: ({ epilogue }) => wgsl`
${epilogue.code}
var<workgroup> sums: array<f32, ${SUM_WORKGROUP}>;
@compute @workgroup_size(${SUM_WORKGROUP})
fn main(@builtin(local_invocation_index) lane: u32) {
  var four = vec4<f32>(0.0);
  for (var i = lane; i < ${SUM_LANES / 4}u; i += ${SUM_WORKGROUP}u) { four += partials[i]; }
  sums[lane] = (four.x + four.y) + (four.z + four.w);
  workgroupBarrier();
  if (lane > 0u) { return; }
  var total = 0.0;
  for (var i = 0u; i < ${SUM_WORKGROUP}u; i++) { total += sums[i]; }
  y[0] = epilogue(total, 0u);
}`,
});
