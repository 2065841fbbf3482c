/**
 * Gradient of a table that was read by id, without atomics and in one fixed order: each token links
 * to the next token of the same id, and the first token of an id sums its chain into the row.
 */
import { defineKernel, type Kernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';

export const LINK_WORKGROUP = 64;

/** A spec without choices. */
export type PlainSpec = { readonly padding: number };

const frame = (count: string, body: string) => wgsl`
@compute @workgroup_size(${LINK_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${LINK_WORKGROUP}u + lane;
  if (index >= ${count}) { return; }
  ${body}
}`;

/** links [N]: the next token of the same id (N where there is none), negative for a first token. */
export const embeddingLinks: Kernel<PlainSpec> = defineKernel<PlainSpec>({
  name: 'embeddingLinks',
  params: () => ['count'],
  bindings: () => [
    { name: 'ids', access: 'read', element: 'i32' },
    { name: 'links', access: 'read_write', element: 'i32' },
  ],
  body: () =>
    frame(
      'params.count',
      wgsl`
  let id = ids[index];
  var is_first = true;
  for (var i = 0u; i < index; i++) { if (ids[i] == id) { is_first = false; break; } }
  var next = index + 1u;
  while (next < params.count && ids[next] != id) { next++; }
  links[index] = select(i32(next), -1 - i32(next), is_first);`,
    ),
});

/** Zeros. */
export const embeddingZero: Kernel<PlainSpec> = defineKernel<PlainSpec>({
  name: 'embeddingZero',
  params: () => ['size'],
  bindings: () => [{ name: 'table', access: 'read_write', element: 'f32' }],
  body: () => frame('params.size', 'table[index] = 0.0;'),
});

/** Each first token sums its chain, an invocation a channel. */
export const embeddingSum: Kernel<PlainSpec> = defineKernel<PlainSpec>({
  name: 'embeddingSum',
  params: () => ['count', 'rows', 'width'],
  bindings: () => [
    { name: 'ids', access: 'read', element: 'i32' },
    { name: 'links', access: 'read', element: 'i32' },
    { name: 'dy', access: 'read', element: 'f32' },
    { name: 'table', access: 'read_write', element: 'f32' },
  ],
  body: ({ padding }) =>
    frame(
      'params.count * params.width',
      wgsl`
  let token = index / params.width;
  let channel = index % params.width;
  let id = ids[token];
  if (links[token] >= 0 || id < 0 || u32(id) >= params.rows || id == ${padding}) { return; }
  var total = dy[index];
  var next = u32(-1 - links[token]);
  while (next < params.count) {
    total += dy[next * params.width + channel];
    next = u32(links[next]);
  }
  table[u32(id) * params.width + channel] = total;`,
    ),
});
