/**
 * Attention row by row with an online softmax (Milakov and Gimelshein 2018): one thread per row or, for few
 * rows as in decoding, one workgroup per row, whose lanes split the keys and combine their partial sums in
 * workgroup memory (as in "Flash-Decoding", Dao et al. 2023, but within a workgroup).
 */
import { randomBits } from '../lib/functions';
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';
import { eachOfBoth, Lanes } from './lanes';
import { addBias, isOpen, keyLimit, knownKeys } from './masks';
import {
  ATTENTION_PARAMS,
  type AttentionSpec,
  dropFactor,
  optionBindings,
  resultSource,
  rowStart,
  sourceBindings,
  sources,
  write,
} from './spec';
import { keptOf } from './statistics';

export type ForwardOutputs = {
  /** Whether to store the statistics [B, H, T] that the gradient needs. */
  readonly saves: boolean;
  /** Whether to store the weights [B, H, T, S], before dropout. */
  readonly weights: boolean;
};

/** Bindings of both forward kernels. */
export function forwardBindings(spec: AttentionSpec & ForwardOutputs) {
  const { q, k, v } = sources(spec);
  return [
    ...sourceBindings([q, k, v]),
    ...optionBindings(spec),
    write('result', new Lanes(spec.valueSize).type),
    ...(spec.saves ? [write('saved', keptOf(spec).kept)] : []),
    ...(spec.weights ? [write('weights', 'f32')] : []),
  ];
}

/** How threads divide the work on rows. */
export type RowsDesign = {
  /** Rows of a workgroup; one, where several threads share it. */
  readonly rows: number;
  /** Threads that share a row's keys: a power of two. */
  readonly threads: number;
};

export type RowsSpec = AttentionSpec & ForwardOutputs & RowsDesign;

/** Bytes of workgroup memory where several threads share a row. */
export const splitMemory = (size: number, threads: number): number => 4 * threads * (size + 3);

export const attentionRows = defineKernel<RowsSpec>({
  name: 'attentionRows',
  params: () => ATTENTION_PARAMS,
  bindings: forwardBindings,
  body: (spec) => {
    const [channels, values] = [new Lanes(spec.size), new Lanes(spec.valueSize)];
    const { type, count } = values;
    const { rows, threads } = spec;
    const { q, k, v } = sources(spec);
    const { biased, score, seen } = keyScore(spec, channels);
    return wgsl`
${spec.dropRate > 0 ? randomBits : ''}
#if ${threads > 1}
var<workgroup> part_largest: array<f32, ${threads}>;
var<workgroup> part_total: array<f32, ${threads}>;
var<workgroup> part_factor: array<f32, ${threads}>;
var<workgroup> part_y: array<${type}, ${threads * count}>;
#endif
@compute @workgroup_size(${threads * rows})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  #if ${threads > 1}
  let id = ${LINEAR_WORKGROUP};
  let lane = thread;
  #else
  let id = (${LINEAR_WORKGROUP}) * ${rows}u + thread;
  let lane = 0u;
  #endif
  if (id >= params.batch * ${spec.heads}u * params.queries) { return; }
  let t = id % params.queries;
  let h = id / params.queries % ${spec.heads}u;
  let b = id / (params.queries * ${spec.heads}u);
  ${knownKeys(spec)}
  let limit = ${keyLimit(spec, 't')};
  let from_q = ${rowStart('queries', 't', q)};
  ${eachOfBoth(
    channels.count,
    (i) => `let q${i} = ${q.buffer}[from_q + ${i}u] * ${float(spec.scale)};`,
    values.count,
    (i) => `var y${i} = ${type}();`,
  )}
  var largest = -3.4e38; var total = 0.0;
  for (var s = lane; s < limit; s += ${threads}u) {
    let from_k = ${rowStart('keys', 's', k)};
    let from_v = ${rowStart('keys', 's', v)};
    ${biased}let score = select(-3.4e38, ${score}, ${seen});
    let next = max(largest, score);
    let shrink = exp(max(largest - next, -87.0));
    largest = next;
    let p = select(0.0, exp(clamp(score - next, -87.0, 0.0)), ${seen});
    total = total * shrink + p;
    let w = p * ${dropFactor(spec, 'id', 's')};
    ${values.each((i) => `y${i} = y${i} * shrink + w * ${v.buffer}[from_v + ${i}u];`)}
  }
  let to = ${rowStart('queries', 't', resultSource('result', spec))};
  #if ${threads > 1}
  part_largest[lane] = largest;
  part_total[lane] = total;
  ${values.each((i) => `part_y[lane * ${count}u + ${i}u] = y${i};`)}
  workgroupBarrier();
  var most = part_largest[0];
  for (var i = 1u; i < ${threads}u; i++) { most = max(most, part_largest[i]); }
  part_factor[lane] = exp(max(largest - most, -87.0));
  workgroupBarrier();
  var sum = 0.0;
  for (var i = 0u; i < ${threads}u; i++) { sum += part_total[i] * part_factor[i]; }
  let inverse = select(0.0, 1.0 / sum, sum > 0.0);
  for (var c = lane; c < ${count}u; c += ${threads}u) {
    var y = ${type}();
    for (var i = 0u; i < ${threads}u; i++) { y += part_y[i * ${count}u + c] * part_factor[i]; }
    result[to + c] = y * inverse;
  }
  #else
  let most = largest;
  let sum = total;
  let inverse = select(0.0, 1.0 / sum, sum > 0.0);
  ${values.each((i) => `result[to + ${i}u] = y${i} * inverse;`)}
  #endif
  #if ${spec.saves}
  if (lane == 0u) { saved[id] = ${keptOf(spec).keep('most', 'sum')}; }
  #endif
  #if ${spec.weights}
  for (var s = lane; s < params.keys; s += ${threads}u) {
    let from_k = ${rowStart('keys', 's', k)};
    ${biased}let p = exp(clamp((${score}) - most, -87.0, 0.0)) * inverse;
    weights[id * params.keys + s] = select(0.0, p, (s < limit) & (${seen}));
  }
  #endif
}`;
  },
});

/** The score of the row with key s, the statements that compute it, and whether the key is seen. */
function keyScore(spec: RowsSpec, lanes: Lanes) {
  const { k } = sources(spec);
  const product = lanes.dot(
    (i) => `q${i}`,
    (i) => `${k.buffer}[from_k + ${i}u]`,
  );
  const pair = { h: 'h', t: 't', s: 's' };
  const open = isOpen(spec, pair);
  if (spec.bias === false) return { biased: '', score: product, seen: open };
  const bias = addBias(spec, pair, 'score_biased', 'shown');
  return {
    biased: `var score_biased = ${product}; ${bias} `,
    score: 'score_biased',
    seen: `(${open}) & shown`,
  };
}
