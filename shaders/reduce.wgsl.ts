/**
 * Sum, product, mean or maximum over the middle of [outer, reduced, inner], with one invocation per result, or
 * a team in a workgroup whose lanes take strided values and combine their results in workgroup memory. Long
 * reductions to few results are split: each of `splits` slices gives a partial result, and the same kernel
 * reduces those. The order of summation is fixed by the sizes and the team.
 */
import type { Epilogue } from './lib/epilogue';
import { defineKernel, LINEAR_WORKGROUP } from './lib/kernel';
import { PARTS, wgsl } from './lib/wgsl';

export type ReduceKind = 'sum' | 'product' | 'max';

export type ReduceSpec = {
  readonly kind: ReduceKind;
  readonly element: 'f32' | 'i32';
  /** Whether to divide by `divisor`, for the mean. */
  readonly divide: boolean;
  /** Slices of the reduced axis; results are then [outer, splits, inner]. */
  readonly splits: number;
  readonly team: ReduceTeam;
  readonly epilogue: Epilogue;
};

export type ReduceTeam = {
  /** Neighbouring results in a workgroup, in units of `width`. */
  readonly values: number;
  /** Results that a lane computes at once; 4 needs an inner size that is a multiple of 4. */
  readonly width: 1 | 4;
  /** Lanes that share a result, a power of two. */
  readonly lanes: number;
};

const steps: Readonly<Record<ReduceKind, (a: string, b: string) => string>> = {
  sum: (a, b) => `${a} + ${b}`,
  product: (a, b) => `${a} * ${b}`,
  max: (a, b) => `max(${a}, ${b})`,
};

/** The smallest finite value: WGSL has no infinity. */
const least = { f32: '-3.4028234e38f', i32: 'i32(-2147483647 - 1)' } as const;

/** The identity element of each reduction. */
const nothing: Readonly<Record<ReduceKind, (element: ReduceSpec['element']) => string>> = {
  sum: (element) => `${element}(0)`,
  product: (element) => `${element}(1)`,
  max: (element) => least[element],
};

export const reduce = defineKernel<ReduceSpec>({
  name: 'reduce',
  params: ({ epilogue }) => ['outer', 'reduced', 'inner', 'divisor', ...epilogue.params],
  bindings: ({ element, team, epilogue }) => [
    { name: 'x', access: 'read', element: team.width === 4 ? `vec4<${element}>` : element },
    { name: 'y', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  body: ({ kind, element, divide, splits, team: { values, width, lanes }, epilogue }) => wgsl`
${epilogue.code}
alias V = ${width === 4 ? `vec4<${element}>` : element};
#if ${lanes > 1}
var<workgroup> shared_totals: array<V, ${values * lanes}>;
#endif
@compute @workgroup_size(${values * lanes})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let inner = params.inner / ${width}u;
  let index = (${LINEAR_WORKGROUP}) * ${values}u + thread % ${values}u;
  let lane = thread / ${values}u;
  let is_inside = index < params.outer * ${splits}u * inner;
  #if ${lanes === 1}
  if (!is_inside) { return; }
  #endif
  let column = index % inner;
  let slice = (index / inner) % ${splits}u;
  let row = index / (inner * ${splits}u);
  let length = (params.reduced + ${splits - 1}u) / ${splits}u;
  let first = min(slice * length, params.reduced);
  let last = select(first, min(first + length, params.reduced), is_inside);
  var total = V(${nothing[kind](element)});
  var at = (row * params.reduced + first + lane) * inner + column;
  for (var i = first + lane; i < last; i += ${lanes}u) {
    total = ${steps[kind]('total', 'x[at]')};
    at += ${lanes}u * inner;
  }
  #if ${lanes > 1}
  shared_totals[thread] = total;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half /= 2u) {
    if (lane < half) {
      shared_totals[thread] = ${steps[kind]('shared_totals[thread]', `shared_totals[thread + half * ${values}u]`)};
    }
    workgroupBarrier();
  }
  if (lane > 0u || !is_inside) { return; }
  total = shared_totals[thread];
  #endif
  #if ${divide}
  total = total / f32(params.divisor);
  #endif
  ${width === 1 ? 'y[index] = epilogue(total, index);' : PARTS.map((part, i) => `y[4u * index + ${i}u] = epilogue(total.${part}, 4u * index + ${i}u);`).join(' ')}
}`,
});
