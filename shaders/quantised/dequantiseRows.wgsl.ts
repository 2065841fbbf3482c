/**
 * Rows of a quantised matrix as f32, with one invocation per value: those given by ids, where an id outside the
 * matrix reads as zeros, or all rows.
 */
import type { Epilogue } from '../lib/epilogue';
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';
import { weightFunction } from './dequantise';
import type { QuantisationScheme } from './format';
import { weightBindings } from './spec';

export type DequantiseSpec = {
  readonly scheme: QuantisationScheme;
  /** Whether rows are given by ids. */
  readonly ids: boolean;
  readonly epilogue: Epilogue;
};

export const DEQUANTISE_WORKGROUP = 64;

export const dequantiseRows = defineKernel<DequantiseSpec>({
  name: 'dequantiseRows',
  params: ({ epilogue }) => ['count', 'rows', 'k', 'packets', 'groups', ...epilogue.params],
  bindings: ({ scheme, ids, epilogue }) => [
    ...weightBindings(scheme, 'u32'),
    ...(ids ? [{ name: 'ids', access: 'read', element: 'i32' } as const] : []),
    { name: 'y', access: 'read_write', element: epilogue.element },
    ...epilogue.bindings,
  ],
  body: ({ scheme, ids, epilogue }) => wgsl`
${epilogue.code}
${weightFunction(scheme)}
@compute @workgroup_size(${DEQUANTISE_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${DEQUANTISE_WORKGROUP}u + lane;
  if (index >= params.count * params.k) { return; }
  let id = ${ids ? 'ids[index / params.k]' : 'i32(index / params.k)'};
  var value = 0.0;
  if (id >= 0 && u32(id) < params.rows) { value = weight(u32(id), index % params.k); }
  y[index] = epilogue(value, index);
}`,
});
