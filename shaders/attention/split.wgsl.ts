/**
 * Attention of few query rows, as in decoding: a workgroup a row and head, whose lanes share the keys;
 * each goes through its own with an online softmax, and the partial sums are joined in workgroup
 * memory (as in Dao et al. 2023, "Flash-Decoding", within one workgroup).
 */

import { randomBits } from '../lib/functions';
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';
import { type ForwardOutputs, forwardBindings } from './forward.wgsl';
import { eachOfBoth, Lanes } from './lanes';
import { addBias, isOpen, keyLimit, knownKeys } from './masks';
import { ATTENTION_PARAMS, type AttentionSpec, dropFactor, resultSource, sources } from './spec';
import { statisticsOf } from './statistics';
import { rowStart } from './tile';

export type SplitSpec = AttentionSpec &
  ForwardOutputs & {
    /** Lanes that share the keys: a power of two. */
    readonly threads: number;
  };

/** Bytes of workgroup memory. */
export const splitMemory = (size: number, threads: number): number => 4 * threads * (size + 3);

export const attentionSplit = defineKernel<SplitSpec>({
  name: 'attentionSplit',
  params: () => ATTENTION_PARAMS,
  bindings: forwardBindings,
  body: (spec) => {
    const [channels, values] = [new Lanes(spec.size), new Lanes(spec.valueSize)];
    const { type, count } = values;
    const { threads } = spec;
    const { q, k, v } = sources(spec);
    const { biased, score, seen } = keyScore(spec, channels);
    return wgsl`
${spec.dropRate > 0 ? randomBits : ''}
var<workgroup> part_largest: array<f32, ${threads}>;
var<workgroup> part_total: array<f32, ${threads}>;
var<workgroup> part_factor: array<f32, ${threads}>;
var<workgroup> part_y: array<${type}, ${threads * count}>;
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let id = ${LINEAR_WORKGROUP};
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
  let to = ${rowStart('queries', 't', resultSource('result', spec))};
  for (var c = lane; c < ${count}u; c += ${threads}u) {
    var y = ${type}();
    for (var i = 0u; i < ${threads}u; i++) { y += part_y[i * ${count}u + c] * part_factor[i]; }
    result[to + c] = y * inverse;
  }
  #if ${spec.saves}
  if (lane == 0u) { saved[id] = ${statisticsOf(spec).keep('most', 'sum')}; }
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

/** The score of the row and key s, statements that it needs, and whether the key is seen. */
function keyScore(spec: SplitSpec, lanes: Lanes) {
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
