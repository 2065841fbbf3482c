/**
 * Gradient of an embedding table, without atomics and in a fixed order. The tokens of one id form a linked
 * list: each token finds the next token of its id, and whether it is the first of them. Then the first token of
 * each list sums the list into its row. The first kernel also clears the table.
 */
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { wgsl } from '../lib/wgsl';

export const GRADIENT_WORKGROUP = 64;

/** Tokens that an invocation links; it compares them with all tokens. */
export const LINKED_TOKENS = 4;

/** Elements that an invocation sets to zero. */
export const CLEARED = 8;

export type WidthSpec = {
  /** Values of a vector; 4 needs a table whose width is a multiple of 4. */
  readonly width: 1 | 4;
};

const elementOf = ({ width }: WidthSpec) => (width === 4 ? 'vec4<f32>' : 'f32');

const main = (body: string) => wgsl`
@compute @workgroup_size(${GRADIENT_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let group = ${LINEAR_WORKGROUP};
  ${body}
}`;

/** A link is the next token of the same id plus 1, or 0 for none; this bit marks the first of a list. */
const FIRST = 0x4000_0000;

/**
 * From ids [count]: the links [count], and zeros in the table [size]. An invocation links four tokens, and
 * clears a part of the table.
 */
export const embeddingLinks = defineKernel<WidthSpec>({
  name: 'embeddingLinks',
  params: () => ['count', 'size'],
  bindings: (spec) => [
    { name: 'ids', access: 'read', element: 'i32' },
    { name: 'links', access: 'read_write', element: 'i32' },
    { name: 'table', access: 'read_write', element: elementOf(spec) },
  ],
  body: (spec) => {
    const tokens = [0, 1, 2, 3] as const;
    const own = tokens.map((k) => `ids[min(first + ${k}u, params.count - 1u)]`).join(', ');
    // Among its own four tokens, an invocation looks at those before each, and takes the nearest one after it.
    const lanes = (test: (token: number) => boolean) =>
      `vec4<bool>(${tokens.map(test).join(', ')})`;
    const repeats = tokens
      .slice(0, -1)
      .map((k) => `((own == vec4<i32>(own[${k}])) & ${lanes((token) => token > k)})`);
    const after = [3, 2, 1].map((k) => {
      const isNext = `(own == vec4<i32>(own[${k}])) & ${lanes((token) => token < k)}`;
      const found = `(${isNext}) & vec4<bool>(first + ${k}u < params.count)`;
      return `next = select(next, vec4<i32>(i32(first) + ${k + 1}), ${found});`;
    });
    return main(wgsl`
  let begin = group * ${GRADIENT_WORKGROUP * CLEARED}u + lane;
  let end = min((group + 1u) * ${GRADIENT_WORKGROUP * CLEARED}u, params.size);
  for (var i = begin; i < end; i += ${GRADIENT_WORKGROUP}u) { table[i] = ${elementOf(spec)}(0.0); }
  let first = (group * ${GRADIENT_WORKGROUP}u + lane) * ${LINKED_TOKENS}u;
  if (first >= params.count) { return; }
  let own = vec4<i32>(${own});
  var next = vec4<i32>(0);
  for (var i = params.count; i > first + ${LINKED_TOKENS}u; i--) {
    next = select(next, vec4<i32>(i32(i)), own == vec4<i32>(ids[i - 1u]));
  }
  ${after.join('\n  ')}
  var repeats = ${repeats.join(' | ')};
  for (var i = 0u; i < first; i++) { repeats |= own == vec4<i32>(ids[i]); }
  let found = select(next | vec4<i32>(${FIRST}), next, repeats);
  for (var k = 0u; k < min(${LINKED_TOKENS}u, params.count - first); k++) { links[first + k] = found[k]; }`);
  },
});

export type EmbeddingSumSpec = WidthSpec & { readonly padding: number };

/** The first token of each list sums it, with an invocation for one or four channels. */
export const embeddingSum = defineKernel<EmbeddingSumSpec>({
  name: 'embeddingSum',
  params: () => ['count', 'rows', 'columns'],
  bindings: (spec) => [
    { name: 'ids', access: 'read', element: 'i32' },
    { name: 'links', access: 'read', element: 'i32' },
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
  let link = links[token];
  if (link < ${FIRST} || id < 0 || u32(id) >= params.rows || id == ${padding}) { return; }
  var total = dy[index];
  for (var i = link - ${FIRST}; i > 0; i = links[i - 1]) {
    total += dy[u32(i - 1) * params.columns + column];
  }
  table[u32(id) * params.columns + column] = total;`),
});
