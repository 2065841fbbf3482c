/**
 * Sorting by rank: the invocation of each element of [outer, n, inner] counts the elements that come before it.
 * For short lines, at n comparisons per element, and for the first runs of longer ones.
 */
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { FIRST_RUN, type KeySpec, keyFunction, SORT_WORKGROUP } from './keys';

export type RankSpec = KeySpec & {
  /** Which results are stored. */
  readonly values: boolean;
  readonly indices: boolean;
};

/** Defines the element's line, position and key, and its rank among the elements from `first` up to `last`. */
const ranked = (first: string, last: string) => wgsl`
  let index = (${LINEAR_WORKGROUP}) * ${SORT_WORKGROUP}u + lane;
  if (index >= params.lines * params.n) { return; }
  let line = index / params.n;
  let at = index % params.n;
  let base = (line / params.inner) * params.n * params.inner + line % params.inner;
  let bits = x[base + at * params.inner];
  let key = key_of(bits);
  let first = ${first};
  let last = ${last};
  var rank = 0u;
  for (var i = first; i < last; i++) {
    let other = key_of(x[base + i * params.inner]);
    rank += select(0u, 1u, other < key || (other == key && i < at));
  }`;

const main = (body: string) => wgsl`
@compute @workgroup_size(${SORT_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  ${body}
}`;

/** The first k of each line in sorted order: values [outer, k, inner] and their indices. */
export const sortByRank = defineKernel<RankSpec>({
  name: 'sortByRank',
  params: () => ['lines', 'n', 'inner', 'k'],
  bindings: ({ values, indices }) => [
    { name: 'x', access: 'read', element: 'u32' },
    ...(values ? [{ name: 'values', access: 'read_write', element: 'u32' } as const] : []),
    ...(indices ? [{ name: 'indices', access: 'read_write', element: 'i32' } as const] : []),
  ],
  body: (spec) => wgsl`
${keyFunction(spec)}
${main(wgsl`${ranked('0u', 'params.n')}
  if (rank >= params.k) { return; }
  let to = ((line / params.inner) * params.k + rank) * params.inner + line % params.inner;
  ${spec.values ? 'values[to] = bits;' : ''}
  ${spec.indices ? 'indices[to] = i32(at);' : ''}`)}`,
});

/** Sorted runs as pairs of key and index: the first of two arrays [lines, n]. */
export const sortRuns = defineKernel<KeySpec>({
  name: 'sortRuns',
  params: () => ['lines', 'n', 'inner'],
  bindings: () => [
    { name: 'x', access: 'read', element: 'u32' },
    { name: 'pairs', access: 'read_write', element: 'vec2<u32>' },
  ],
  body: (spec) => wgsl`
${keyFunction(spec)}
${main(wgsl`${ranked(`at - at % ${FIRST_RUN}u`, `min(first + ${FIRST_RUN}u, params.n)`)}
  pairs[line * params.n + first + rank] = vec2<u32>(key, at);`)}`,
});
