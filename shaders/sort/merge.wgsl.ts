/**
 * Merges sorted runs of lines of any length: in each pass an invocation takes a pair of key and index, and
 * finds by bisection how many pairs of the neighbouring run come before it, which gives its position. A line of
 * n takes log2(n) passes, without barriers or padding. Pairs [2, lines, n] are double-buffered.
 */
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { FIRST_RUN, SORT_WORKGROUP, sortedLineFunction } from './keys';

/** One pass: runs of FIRST_RUN * 2^step become runs of twice that length. */
export const mergeRuns = defineKernel({
  name: 'mergeRuns',
  params: () => ['lines', 'n', 'step'],
  bindings: () => [{ name: 'pairs', access: 'read_write', element: 'vec2<u32>' }],
  body: () => wgsl`
@compute @workgroup_size(${SORT_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${SORT_WORKGROUP}u + lane;
  let half = params.lines * params.n;
  if (index >= half) { return; }
  let at = index % params.n;
  let source = (params.step & 1u) * half + index - at;
  let target_line = half - (params.step & 1u) * half + index - at;
  let own = pairs[source + at];
  let width = ${FIRST_RUN}u << params.step;
  let run = at / width;
  let is_right = (run & 1u) == 1u;
  let begin = min((run ^ 1u) * width, params.n);
  var low = begin;
  var high = min(begin + width, params.n);
  while (low < high) {
    let middle = (low + high) / 2u;
    let key = pairs[source + middle].x;
    // Among equal keys, those of the left run come first.
    let is_before = key < own.x || (is_right && key == own.x);
    low = select(low, middle + 1u, is_before);
    high = select(middle, high, is_before);
  }
  let merged = (run >> 1u) * 2u * width;
  pairs[target_line + merged + (at - run * width) + (low - begin)] = own;
}`,
});

export type SortedSpec = {
  /** Which results are stored. */
  readonly values: boolean;
  readonly indices: boolean;
};

/**
 * The first k of each sorted line: values [outer, k, inner] and their indices, with one invocation per value.
 */
export const storeSorted = defineKernel<SortedSpec>({
  name: 'storeSorted',
  params: () => ['lines', 'n', 'inner', 'k'],
  bindings: ({ values, indices }) => [
    ...(values ? [{ name: 'x', access: 'read', element: 'u32' } as const] : []),
    { name: 'pairs', access: 'read', element: 'vec2<u32>' },
    ...(values ? [{ name: 'values', access: 'read_write', element: 'u32' } as const] : []),
    ...(indices ? [{ name: 'indices', access: 'read_write', element: 'i32' } as const] : []),
  ],
  body: ({ values, indices }) => wgsl`
${sortedLineFunction}
@compute @workgroup_size(${SORT_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let to = (${LINEAR_WORKGROUP}) * ${SORT_WORKGROUP}u + lane;
  if (to >= params.lines * params.k) { return; }
  let inside = to % params.inner;
  let outer = to / (params.inner * params.k);
  let line = outer * params.inner + inside;
  let rank = (to / params.inner) % params.k;
  let at = pairs[sorted_line(line, params.n, params.lines) + rank].y;
  ${values ? 'values[to] = x[(outer * params.n + at) * params.inner + inside];' : ''}
  ${indices ? 'indices[to] = i32(at);' : ''}
}`,
});
