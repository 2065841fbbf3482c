/** Rows of a table by id, with an invocation for one or four values. An id outside the table reads as zeros. */
import type { Epilogue } from '../lib/epilogue';
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { type RowTeam, storedElement, storeFunction, teamElement } from '../lib/rowTeam';
import { wgsl } from '../lib/wgsl';

export type LookupSpec = {
  /** A team of one lane; row lengths must be multiples of its width. */
  readonly team: RowTeam;
  readonly epilogue: Epilogue;
};

export const LOOKUP_WORKGROUP = 64;

export const embeddingLookup = defineKernel<LookupSpec>({
  name: 'embeddingLookup',
  params: ({ epilogue }) => ['count', 'rows', 'columns', ...epilogue.params],
  bindings: ({ team, epilogue }) => [
    { name: 'ids', access: 'read', element: 'i32' },
    { name: 'table', access: 'read', element: teamElement(team) },
    { name: 'y', access: 'read_write', element: storedElement(team, epilogue) },
    ...epilogue.bindings,
  ],
  body: ({ team, epilogue }) => wgsl`
alias V = ${teamElement(team)};
${storeFunction(team, 'y', epilogue)}
@compute @workgroup_size(${LOOKUP_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${LOOKUP_WORKGROUP}u + lane;
  if (index >= params.count * params.columns) { return; }
  let id = ids[index / params.columns];
  var value = V(0.0);
  if (id >= 0 && u32(id) < params.rows) {
    value = table[u32(id) * params.columns + index % params.columns];
  }
  store(index, value);
}`,
});
