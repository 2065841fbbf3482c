/**
 * Attention of few query rows, as in decoding: a workgroup a row and head, whose lanes share the keys;
 * each goes through its own with an online softmax, and the partial sums are joined in workgroup
 * memory (as in Dao et al. 2023, "Flash-Decoding", within one workgroup).
 */

import { functionText } from '../lib/functions';
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
import { float, wgsl } from '../lib/wgsl';
import { type ForwardOutputs, forwardBindings } from './forward.wgsl';
import { Lanes } from './lanes';
import {
  ATTENTION_PARAMS,
  type AttentionSpec,
  dropFactor,
  keyLimit,
  knownKeys,
  plainSource,
  sources,
  unpadded,
} from './spec';
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
    const lanes = new Lanes(spec.size);
    const { type, count } = lanes;
    const { threads } = spec;
    const { q, k, v } = sources(spec);
    const score = lanes.dot(
      (i) => `q${i}`,
      (i) => `${k.buffer}[from_k + ${i}u]`,
    );
    const seen = spec.padding ? unpadded(spec, 's') : 'true';
    return wgsl`
${functionText(spec.dropRate > 0 ? ['random_bits'] : [])}
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
  let from_q = ${rowStart(spec, 'queries', 't', q)};
  ${lanes.each((i) => `let q${i} = ${q.buffer}[from_q + ${i}u] * ${float(spec.scale)}; var y${i} = ${type}();`)}
  var largest = -3.4e38; var total = 0.0;
  for (var s = lane; s < limit; s += ${threads}u) {
    let from_k = ${rowStart(spec, 'keys', 's', k)};
    let from_v = ${rowStart(spec, 'keys', 's', v)};
    let score = select(-3.4e38, ${score}, ${seen});
    let next = max(largest, score);
    let shrink = exp(max(largest - next, -87.0));
    largest = next;
    let p = select(0.0, exp(clamp(score - next, -87.0, 0.0)), ${seen});
    total = total * shrink + p;
    let w = p * ${dropFactor(spec, 'id', 's')};
    ${lanes.each((i) => `y${i} = y${i} * shrink + w * ${v.buffer}[from_v + ${i}u];`)}
  }
  part_largest[lane] = largest;
  part_total[lane] = total;
  ${lanes.each((i) => `part_y[lane * ${count}u + ${i}u] = y${i};`)}
  workgroupBarrier();
  var most = part_largest[0];
  for (var i = 1u; i < ${threads}u; i++) { most = max(most, part_largest[i]); }
  part_factor[lane] = exp(max(largest - most, -87.0));
  workgroupBarrier();
  var sum = 0.0;
  for (var i = 0u; i < ${threads}u; i++) { sum += part_total[i] * part_factor[i]; }
  let inverse = select(0.0, 1.0 / sum, sum > 0.0);
  let to = ${rowStart(spec, 'queries', 't', plainSource('result', spec))};
  for (var c = lane; c < ${count}u; c += ${threads}u) {
    var y = ${type}();
    for (var i = 0u; i < ${threads}u; i++) { y += part_y[i * ${count}u + c] * part_factor[i]; }
    result[to + c] = y * inverse;
  }
  #if ${spec.saves}
  if (lane == 0u) { saved[id] = select(0.0, most + log(sum), sum > 0.0); }
  #endif
  #if ${spec.weights}
  for (var s = lane; s < params.keys; s += ${threads}u) {
    let from_k = ${rowStart(spec, 'keys', 's', k)};
    let p = exp(clamp((${score}) - most, -87.0, 0.0)) * inverse;
    weights[id * params.keys + s] = select(0.0, p, (s < limit) & (${seen}));
  }
  #endif
}`;
  },
});
