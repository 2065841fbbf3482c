/**
 * Gradient of a table that was read by id, without atomics and in one fixed order. The tokens of one
 * id form a chain: each token finds the token before it and enters itself there as the next (each
 * entry has one writer), then the first token of each chain sums the chain into the row.
 */
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';

export const GRADIENT_WORKGROUP = 64;

/** Tokens that an invocation links: an id that is read once is compared with all of them. */
export const LINKED_TOKENS = 4;

/** Elements that an invocation sets to zero. */
export const CLEARED = 8;

export type WidthSpec = {
  /** Values handled at once: 4 needs a table whose width is a multiple of 4. */
  readonly width: 1 | 4;
};

/** A spec without choices. */
export type NoSpec = Readonly<Record<string, never>>;

const elementOf = ({ width }: WidthSpec) => (width === 4 ? 'vec4<f32>' : 'f32');

const main = (body: string) => wgsl`
@compute @workgroup_size(${GRADIENT_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let group = ${LINEAR_WORKGROUP};
  ${body}
}`;

/** Zeros in the table [size], and no next token [count] anywhere. */
export const embeddingClear = defineKernel<WidthSpec>({
  name: 'embeddingClear',
  params: () => ['size', 'count'],
  bindings: (spec) => [
    { name: 'table', access: 'read_write', element: elementOf(spec) },
    { name: 'next', access: 'read_write', element: 'i32' },
  ],
  body: (spec) => {
    const each = (size: string, statement: string) =>
      `for (var i = begin; i < min(end, ${size}); i += ${GRADIENT_WORKGROUP}u) { ${statement} }`;
    return main(wgsl`
  let begin = group * ${GRADIENT_WORKGROUP * CLEARED}u + lane;
  let end = (group + 1u) * ${GRADIENT_WORKGROUP * CLEARED}u;
  ${each('params.size', `table[i] = ${elementOf(spec)}(0.0);`)}
  ${each('params.count', 'next[i] = -1;')}`);
  },
});

/** From ids [N]: the token before and the next token of the same id, each [N], -1 for none. */
export const embeddingLinks = defineKernel<NoSpec>({
  name: 'embeddingLinks',
  params: () => ['count'],
  bindings: () => [
    { name: 'ids', access: 'read', element: 'i32' },
    { name: 'before', access: 'read_write', element: 'i32' },
    { name: 'next', access: 'read_write', element: 'i32' },
  ],
  body: () => {
    const tokens = [0, 1, 2, 3] as const;
    const own = tokens.map((k) => `ids[min(first + ${k}u, params.count - 1u)]`).join(', ');
    // An id is nobody's own that comes after: token k looks at those before it only.
    const inside = tokens.slice(0, -1).map((k) => {
      const after = tokens.map((token) => token > k).join(', ');
      return `found = select(found, vec4<i32>(i32(first) + ${k}), (own == vec4<i32>(own[${k}]))
    & vec4<bool>(${after}));`;
    });
    const compare = (at: string) =>
      `found = select(found, vec4<i32>(i32(${at})), own == vec4<i32>(ids[${at}]));`;
    return main(wgsl`
  let first = (group * ${GRADIENT_WORKGROUP}u + lane) * ${LINKED_TOKENS}u;
  if (first >= params.count) { return; }
  let own = vec4<i32>(${own});
  var found = vec4<i32>(-1);
  for (var i = 0u; i < first; i += ${LINKED_TOKENS}u) {
    ${tokens.map((k) => compare(`i + ${k}u`)).join('\n    ')}
  }
  ${inside.join('\n  ')}
  for (var k = 0u; k < min(${LINKED_TOKENS}u, params.count - first); k++) {
    before[first + k] = found[k];
    if (found[k] >= 0) { next[found[k]] = i32(first + k); }
  }`);
  },
});

export type EmbeddingSumSpec = WidthSpec & { readonly padding: number };

/** The first token of each chain sums it, an invocation one or four channels. */
export const embeddingSum = defineKernel<EmbeddingSumSpec>({
  name: 'embeddingSum',
  params: () => ['count', 'rows', 'columns'],
  bindings: (spec) => [
    { name: 'ids', access: 'read', element: 'i32' },
    { name: 'before', access: 'read', element: 'i32' },
    { name: 'next', access: 'read', element: 'i32' },
    { name: 'dy', access: 'read', element: elementOf(spec) },
    { name: 'table', access: 'read_write', element: elementOf(spec) },
  ],
  body: ({ padding }) =>
    main(wgsl`
  let index = group * ${GRADIENT_WORKGROUP}u + lane;
  if (index >= params.count * params.columns) { return; }
  let token = index / params.columns;
  let column = index % params.columns;
  let id = ids[token];
  if (before[token] >= 0 || id < 0 || u32(id) >= params.rows || id == ${padding}) { return; }
  var total = dy[index];
  for (var i = next[token]; i >= 0; i = next[i]) {
    total += dy[u32(i) * params.columns + column];
  }
  table[u32(id) * params.columns + column] = total;`),
});
