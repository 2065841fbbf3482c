/**
 * Writes rows into a cache at a position from a buffer, of all batch rows or of each: cache [B, S, C], rows [B, T, W], of which the columns
 * `column` to `column + C` are written to the cache rows from `position` on. In place; rows past the end are
 * dropped. One invocation per element.
 */
import { defineKernel, LINEAR_WORKGROUP } from './lib/kernel';
import { wgsl } from './lib/wgsl';

export type WriteRowsSpec = {
  readonly element: 'f32' | 'i32' | 'u32';
  readonly column: number;
  /** Whether each batch row has its own position. */
  readonly each: boolean;
};

export const WRITE_WORKGROUP = 64;

export const writeRowsKernel = defineKernel<WriteRowsSpec>({
  name: 'writeRows',
  params: () => ['batch', 'rows', 'wide', 'capacity', 'columns'],
  bindings: ({ element }) => [
    { name: 'source', access: 'read', element },
    { name: 'position', access: 'read', element: 'i32' },
    { name: 'cache', access: 'read_write', element },
  ],
  body: ({ column, each }) => wgsl`
@compute @workgroup_size(${WRITE_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${WRITE_WORKGROUP}u + lane;
  if (index >= params.batch * params.rows * params.columns) { return; }
  let c = index % params.columns;
  let t = (index / params.columns) % params.rows;
  let b = index / (params.columns * params.rows);
  let to = position[${each ? 'b' : '0'}] + i32(t);
  if (to < 0 || u32(to) >= params.capacity) { return; }
  let value = source[(b * params.rows + t) * params.wide + ${column}u + c];
  cache[(b * params.capacity + u32(to)) * params.columns + c] = value;
}`,
});
