/**
 * Sum, mean or maximum over the middle of [outer, reduced, inner], one invocation a result.
 * Long reductions to few results are split: each of `splits` slices gives a partial result, and the
 * same kernel reduces those. Order of summation is fixed by the sizes alone.
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
  readonly epilogue: Epilogue;
};

export const REDUCE_WORKGROUP = 64;

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
  body: ({ kind, element, divide, splits, epilogue }) => wgsl`
${epilogue.code}
@compute @workgroup_size(${REDUCE_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${REDUCE_WORKGROUP}u + lane;
  if (index >= params.outer * ${splits}u * params.inner) { return; }
  let column = index % params.inner;
  let slice = (index / params.inner) % ${splits}u;
  let row = index / (params.inner * ${splits}u);
  let length = (params.reduced + ${splits - 1}u) / ${splits}u;
  let first = min(slice * length, params.reduced);
  let last = min(first + length, params.reduced);
  var total: ${element} = ${kind === 'sum' ? `${element}(0)` : least[element]};
  var at = (row * params.reduced + first) * params.inner + column;
  for (var i = first; i < last; i++) {
    total = ${steps[kind]('total', 'x[at]')};
    at += params.inner;
  }
  #if ${divide}
  total = total / f32(params.divisor);
  #endif
  y[index] = epilogue(total, index);
}`,
});
