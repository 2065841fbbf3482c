/**
 * Backward of attention, recomputing the weights from saved log-sum-exp (Dao 2023, FlashAttention-2,
 * algorithm 2). Three kernels: statistics of each query row (lse and delta), gradients of queries by
 * query row, gradients of keys and values by key row. Every sum has one fixed order.
 */
import { functionText } from '../lib/functions';
import { defineKernel, type Kernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';
import {
  ATTENTION_PARAMS,
  ATTENTION_WORKGROUP,
  type AttentionSpec,
  dropFactor,
  keyLimit,
  Lanes,
  sourceBindings,
  sources,
} from './lanes';

export type BackwardSpec = AttentionSpec & {
  /** The weights have a gradient of their own [B, H, T, S]. */
  readonly weights: boolean;
};

const read = (name: string, element: string) => ({ name, access: 'read', element }) as const;
const write = (name: string, element: string) => ({ name, access: 'read_write', element }) as const;

/** The frame of a kernel with an invocation a row of `rows` ('queries' or 'keys') and head. */
function frame(spec: AttentionSpec, rows: string, index: string, body: string): string {
  return wgsl`
${functionText(spec.dropRate > 0 ? ['random_bits'] : [])}
@compute @workgroup_size(${ATTENTION_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let id = (${LINEAR_WORKGROUP}) * ${ATTENTION_WORKGROUP}u + lane;
  if (id >= params.batch * ${spec.heads}u * params.${rows}) { return; }
  let ${index} = id % params.${rows};
  let h = (id / params.${rows}) % ${spec.heads}u;
  let b = id / (params.${rows} * ${spec.heads}u);
  ${body}
}`;
}

/** First element of a head in row `row` of a buffer with so many channels a row. */
function at(
  spec: AttentionSpec,
  rows: string,
  row: string,
  stride: string,
  column: number,
): string {
  const { width } = new Lanes(spec.size);
  return `((b * params.${rows} + ${row}) * ${stride} + ${column}u + h * ${spec.size}u) / ${width}u`;
}

/** stats [B, H, T, 2]: log-sum-exp, and delta = sum over keys of weight times its gradient. */
export const attentionStats = defineKernel<BackwardSpec>({
  name: 'attentionStats',
  params: () => ATTENTION_PARAMS,
  bindings: (spec) => {
    const { type } = new Lanes(spec.size);
    return [
      ...(spec.weights ? sourceBindings(spec, type) : []),
      read('y', type),
      read('dy', type),
      read('saved', 'f32'),
      ...(spec.weights ? [read('dweights', 'f32')] : []),
      write('stats', 'f32'),
    ];
  },
  body: (spec) => {
    const lanes = new Lanes(spec.size);
    const { q, k, keyColumn, keyStride } = sources(spec);
    const model = spec.heads * spec.size;
    const score = lanes.dot(
      (i) => `${q}[from_q + ${i}u]`,
      (i) => `${k}[from_k + ${i}u]`,
    );
    return frame(
      spec,
      'queries',
      't',
      wgsl`
  let begin = ${at(spec, 'queries', 't', `${model}u`, 0)};
  var delta = ${lanes.dot(
    (i) => `y[begin + ${i}u]`,
    (i) => `dy[begin + ${i}u]`,
  )};
  #if ${spec.weights}
  ${keyLimit(spec)}
  let from_q = ${at(spec, 'queries', 't', 'params.strideQ', 0)};
  for (var s = 0u; s < limit; s++) {
    let from_k = ${at(spec, 'keys', 's', `${keyStride}u`, keyColumn)};
    let p = exp(min((${score}) * ${float(spec.scale)} - saved[id], 0.0));
    delta += p * dweights[id * params.keys + s];
  }
  #endif
  stats[id * 2u] = saved[id];
  stats[id * 2u + 1u] = delta;`,
    );
  },
});

function gradientBindings(spec: BackwardSpec, results: readonly string[]) {
  const { type } = new Lanes(spec.size);
  return [
    ...sourceBindings(spec, type),
    read('stats', 'f32'),
    read('dy', type),
    ...(spec.weights ? [read('dweights', 'f32')] : []),
    ...results.map((name) => write(name, type)),
  ];
}

/** dq, into the columns of the queries. */
export const attentionGradQueries: Kernel<BackwardSpec> = defineKernel<BackwardSpec>({
  name: 'attentionGradQueries',
  params: () => ATTENTION_PARAMS,
  bindings: (spec) => gradientBindings(spec, ['dq']),
  body: (spec) => {
    const lanes = new Lanes(spec.size);
    const { q, k, v, keyColumn, valueColumn, keyStride } = sources(spec);
    const model = spec.heads * spec.size;
    return frame(
      spec,
      'queries',
      't',
      wgsl`
  ${keyLimit(spec)}
  let from_q = ${at(spec, 'queries', 't', 'params.strideQ', 0)};
  let from_y = ${at(spec, 'queries', 't', `${model}u`, 0)};
  ${lanes.each((i) => `let q${i} = ${q}[from_q + ${i}u]; let g${i} = dy[from_y + ${i}u]; var d${i} = ${lanes.type}();`)}
  let lse = stats[id * 2u];
  let delta = stats[id * 2u + 1u];
  for (var s = 0u; s < limit; s++) {
    let from_k = ${at(spec, 'keys', 's', `${keyStride}u`, keyColumn)};
    let from_v = ${at(spec, 'keys', 's', `${keyStride}u`, valueColumn)};
    let score = (${lanes.dot(
      (i) => `q${i}`,
      (i) => `${k}[from_k + ${i}u]`,
    )}) * ${float(spec.scale)};
    let p = exp(min(score - lse, 0.0));
    var dp = (${lanes.dot(
      (i) => `g${i}`,
      (i) => `${v}[from_v + ${i}u]`,
    )}) * ${dropFactor(spec, 'id', 's')};
    #if ${spec.weights}
    dp += dweights[id * params.keys + s];
    #endif
    let ds = p * (dp - delta) * ${float(spec.scale)};
    ${lanes.each((i) => `d${i} += ds * ${k}[from_k + ${i}u];`)}
  }
  ${lanes.each((i) => `dq[from_q + ${i}u] = d${i};`)}`,
    );
  },
});

/** dk and dv, into the columns of keys and values. */
export const attentionGradKeys: Kernel<BackwardSpec> = defineKernel<BackwardSpec>({
  name: 'attentionGradKeys',
  params: () => ATTENTION_PARAMS,
  bindings: (spec) => gradientBindings(spec, ['dkv']),
  body: (spec) => {
    const lanes = new Lanes(spec.size);
    const { q, k, v, keyColumn, valueColumn, keyStride } = sources(spec);
    const model = spec.heads * spec.size;
    // The first query row that sees key s.
    const before = spec.offset ? 'u32(first[0])' : '0u';
    const start = spec.causal ? `max(s, ${before}) - ${before}` : '0u';
    const hidden = spec.lengths ? 's >= u32(max(lengths[b], 0))' : 'false';
    return frame(
      spec,
      'keys',
      's',
      wgsl`
  let from_k = ${at(spec, 'keys', 's', `${keyStride}u`, keyColumn)};
  let from_v = ${at(spec, 'keys', 's', `${keyStride}u`, valueColumn)};
  ${lanes.each((i) => `let k${i} = ${k}[from_k + ${i}u]; let v${i} = ${v}[from_v + ${i}u]; var dk${i} = ${lanes.type}(); var dv${i} = ${lanes.type}();`)}
  let begin = select(${start}, params.queries, ${hidden});
  for (var t = begin; t < params.queries; t++) {
    let row = (b * ${spec.heads}u + h) * params.queries + t;
    let from_q = ${at(spec, 'queries', 't', 'params.strideQ', 0)};
    let from_y = ${at(spec, 'queries', 't', `${model}u`, 0)};
    let score = (${lanes.dot(
      (i) => `${q}[from_q + ${i}u]`,
      (i) => `k${i}`,
    )}) * ${float(spec.scale)};
    let p = exp(min(score - stats[row * 2u], 0.0));
    let kept = ${dropFactor(spec, 'row', 's')};
    var dp = (${lanes.dot(
      (i) => `dy[from_y + ${i}u]`,
      (i) => `v${i}`,
    )}) * kept;
    #if ${spec.weights}
    dp += dweights[row * params.keys + s];
    #endif
    let ds = p * (dp - stats[row * 2u + 1u]) * ${float(spec.scale)};
    let w = p * kept;
    ${lanes.each((i) => `dk${i} += ds * ${q}[from_q + ${i}u]; dv${i} += w * dy[from_y + ${i}u];`)}
  }
  ${lanes.each((i) => `dkv[from_k + ${i}u] = dk${i}; dkv[from_v + ${i}u] = dv${i};`)}`,
    );
  },
});
