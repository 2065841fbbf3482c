/**
 * Sum, mean or maximum over the middle of [outer, reduced, inner]: one invocation a result, or a team
 * of a workgroup, whose lanes take every so many values and join theirs in workgroup memory.
 * Long reductions to few results are split: each of `splits` slices gives a partial result, and the
 * same kernel reduces those. Order of summation is fixed by the sizes and the team.
 */
import type { Epilogue } from './lib/epilogue';
import { defineKernel, LINEAR_WORKGROUP } from './lib/kernel';
import { wgsl } from './lib/wgsl';

export type ReduceKind = 'sum' | 'max';

export type ReduceSpec = {
  readonly kind: ReduceKind;
  readonly element: 'f32' | 'i32';
  /** Divide by `divisor`: the mean. */
  readonly divide: boolean;
  /** Slices of the reduced axis; results are then [outer, splits, inner]. */
  readonly splits: number;
  readonly team: ReduceTeam;
  readonly epilogue: Epilogue;
};

/** Neighbouring results of a workgroup, and lanes of each (a power of two). */
export type ReduceTeam = { readonly results: number; readonly lanes: number };

const steps: Readonly<Record<ReduceKind, (a: string, b: string) => string>> = {
  sum: (a, b) => `${a} + ${b}`,
  max: (a, b) => `max(${a}, ${b})`,
};

/** The least finite value: WGSL has no infinity. */
const least = { f32: '-3.4028234e38f', i32: 'i32(-2147483647 - 1)' } as const;

export const reduce = defineKernel<ReduceSpec>({
  name: 'reduce',
  params: ({ epilogue }) => ['outer', 'reduced', 'inner', 'divisor', ...epilogue.params],
  bindings: ({ element, epilogue }) => [
    { name: 'x', access: 'read', element },
    { name: 'y', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  body: ({ kind, element, divide, splits, team: { results, lanes }, epilogue }) => wgsl`
${epilogue.code}
#if ${lanes > 1}
var<workgroup> shared_totals: array<${element}, ${results * lanes}>;
#endif
@compute @workgroup_size(${results * lanes})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${results}u + thread % ${results}u;
  let lane = thread / ${results}u;
  let is_inside = index < params.outer * ${splits}u * params.inner;
  #if ${lanes === 1}
  if (!is_inside) { return; }
  #endif
  let column = index % params.inner;
  let slice = (index / params.inner) % ${splits}u;
  let row = index / (params.inner * ${splits}u);
  let length = (params.reduced + ${splits - 1}u) / ${splits}u;
  let first = min(slice * length, params.reduced);
  let last = select(first, min(first + length, params.reduced), is_inside);
  var total: ${element} = ${kind === 'sum' ? `${element}(0)` : least[element]};
  var at = (row * params.reduced + first + lane) * params.inner + column;
  for (var i = first + lane; i < last; i += ${lanes}u) {
    total = ${steps[kind]('total', 'x[at]')};
    at += ${lanes}u * params.inner;
  }
  #if ${lanes > 1}
  shared_totals[thread] = total;
  workgroupBarrier();
  for (var half = ${lanes / 2}u; half > 0u; half /= 2u) {
    if (lane < half) {
      shared_totals[thread] = ${steps[kind]('shared_totals[thread]', `shared_totals[thread + half * ${results}u]`)};
    }
    workgroupBarrier();
  }
  if (lane > 0u || !is_inside) { return; }
  total = shared_totals[thread];
  #endif
  #if ${divide}
  total = total / f32(params.divisor);
  #endif
  y[index] = epilogue(total, index);
}`,
});
