/**
 * Scatters updates [outer, m, inner] into x [outer, n, inner] by index: an invocation per element of the result
 * finds the updates of its element, in order and without atomics. It searches all indices of its line, or finds
 * its own by bisection in pairs of index and position that were sorted before.
 */
import type { Epilogue } from './lib/epilogue';
import { defineKernel, LINEAR_WORKGROUP } from './lib/kernel';
import { wgsl } from './lib/wgsl';
import { sortedLineFunction } from './sort/keys';

export type ScatterSpec = {
  readonly element: 'f32' | 'i32' | 'u32';
  /** Whether updates are added; else the last one replaces x. */
  readonly add: boolean;
  /** Whether the indices were sorted. */
  readonly sorted: boolean;
  /** Whether to store the position of the update that replaced x, -1 for none. */
  readonly winners: boolean;
  readonly epilogue: Epilogue;
};

export const SCATTER_WORKGROUP = 64;

/** Sets `value` and, if an update replaces it, `found`. */
function search({ add, sorted }: ScatterSpec): string {
  const update = (position: string) => `updates[base + ${position} * params.inner]`;
  if (!sorted) {
    return wgsl`
  for (var j = 0u; j < params.m; j++) {
    let is_own = indices[base + j * params.inner] == i32(own);
    ${add ? `if (is_own) { value += ${update('j')}; }` : 'found = select(found, i32(j), is_own);'}
  }
  ${add ? '' : `if (found >= 0) { value = ${update('u32(found)')}; }`}`;
  }
  // Finds the first pair with its own or a larger index or, where the last update counts, with a larger index.
  return wgsl`
  let start = sorted_line(outer * params.inner + inside, params.m, params.lines);
  var low = 0u;
  var high = params.m;
  while (low < high) {
    let middle = (low + high) / 2u;
    let is_before = pairs[start + middle].x ${add ? '<' : '<='} own;
    low = select(low, middle + 1u, is_before);
    high = select(middle, high, is_before);
  }
  #if ${add}
  for (var j = low; j < params.m; j++) {
    let pair = pairs[start + j];
    if (pair.x != own) { break; }
    value += ${update('pair.y')};
  }
  #else
  if (low > 0u) {
    let pair = pairs[start + low - 1u];
    if (pair.x == own) { found = i32(pair.y); value = ${update('pair.y')}; }
  }
  #endif`;
}

export const scatter = defineKernel<ScatterSpec>({
  name: 'scatter',
  params: ({ epilogue }) => ['lines', 'n', 'm', 'inner', ...epilogue.params],
  bindings: ({ element, sorted, winners, epilogue }) => [
    { name: 'x', access: 'read', element },
    sorted
      ? { name: 'pairs', access: 'read', element: 'vec2<u32>' }
      : { name: 'indices', access: 'read', element: 'i32' },
    { name: 'updates', access: 'read', element },
    { name: 'y', access: 'read_write', element: epilogue.element },
    ...(winners ? [{ name: 'winners', access: 'read_write', element: 'i32' } as const] : []),
    ...epilogue.bindings,
  ],
  body: (spec) => wgsl`
${spec.epilogue.code}
${spec.sorted ? sortedLineFunction : ''}
@compute @workgroup_size(${SCATTER_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let index = (${LINEAR_WORKGROUP}) * ${SCATTER_WORKGROUP}u + lane;
  if (index >= params.lines * params.n) { return; }
  let inside = index % params.inner;
  let own = (index / params.inner) % params.n;
  let outer = index / (params.inner * params.n);
  let base = outer * params.m * params.inner + inside;
  var value = x[index];
  var found = -1;
  ${search(spec)}
  y[index] = epilogue(value, index);
  ${spec.winners ? 'winners[index] = found;' : ''}
}`,
});
