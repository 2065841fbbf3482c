/**
 * Scaled dot-product attention, one invocation a query row and head: online softmax over the keys
 * (Milakov and Gimelshein 2018), the head's channels in registers. No workgroup memory.
 * q [B, T, strideQ], keys and values [B, S, ...], out [B, T, heads * size].
 */
import { functionText } from '../lib/functions';
import { defineKernel, LINEAR_WORKGROUP } from '../lib/kernel';
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

export type ForwardSpec = AttentionSpec & {
  /** Store log-sum-exp [B, H, T]. */
  readonly saves: boolean;
  /** Store the weights [B, H, T, S], before dropout. */
  readonly weights: boolean;
};

export const attentionForward = defineKernel<ForwardSpec>({
  name: 'attentionForward',
  params: () => ATTENTION_PARAMS,
  bindings: (spec) => {
    const { type } = new Lanes(spec.size);
    const write = (name: string, element: string) =>
      ({ name, access: 'read_write', element }) as const;
    return [
      ...sourceBindings(spec, type),
      write('result', type),
      ...(spec.saves ? [write('saved', 'f32')] : []),
      ...(spec.weights ? [write('weights', 'f32')] : []),
    ];
  },
  body: (spec) => {
    const lanes = new Lanes(spec.size);
    const { type, width } = lanes;
    const { q, k, v, keyColumn, valueColumn, keyStride } = sources(spec);
    const model = spec.heads * spec.size;
    const score = `(${lanes.dot(
      (i) => `q${i}`,
      (i) => `${k}[at + ${i}u]`,
    )}) * ${float(spec.scale)}`;
    return wgsl`
${functionText(spec.dropRate > 0 ? ['random_bits'] : [])}
@compute @workgroup_size(${ATTENTION_WORKGROUP})
fn main(@builtin(workgroup_id) workgroup_id: vec3<u32>,
        @builtin(num_workgroups) num_workgroups: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let row = (${LINEAR_WORKGROUP}) * ${ATTENTION_WORKGROUP}u + lane;
  if (row >= params.batch * ${spec.heads}u * params.queries) { return; }
  let t = row % params.queries;
  let h = (row / params.queries) % ${spec.heads}u;
  let b = row / (params.queries * ${spec.heads}u);
  ${keyLimit(spec)}
  let from_q = ((b * params.queries + t) * params.strideQ + h * ${spec.size}u) / ${width}u;
  ${lanes.each((i) => `let q${i} = ${q}[from_q + ${i}u]; var y${i} = ${type}();`)}
  let keys_at = (b * params.keys * ${keyStride}u + ${keyColumn}u + h * ${spec.size}u) / ${width}u;
  let values_at = (b * params.keys * ${keyStride}u + ${valueColumn}u + h * ${spec.size}u) / ${width}u;
  var largest = -3.4e38;
  var total = 0.0;
  for (var s = 0u; s < limit; s++) {
    let at = keys_at + s * ${keyStride / width}u;
    let score = ${score};
    if (score > largest) {
      let shrink = exp(max(largest - score, -100.0));
      total *= shrink;
      ${lanes.each((i) => `y${i} *= shrink;`)}
      largest = score;
    }
    let p = exp(score - largest);
    total += p;
    let w = p * ${dropFactor(spec, 'row', 's')};
    let from_v = values_at + s * ${keyStride / width}u;
    ${lanes.each((i) => `y${i} += w * ${v}[from_v + ${i}u];`)}
  }
  let inverse = select(0.0, 1.0 / total, total > 0.0);
  let to = ((b * params.queries + t) * ${model}u + h * ${spec.size}u) / ${width}u;
  ${lanes.each((i) => `result[to + ${i}u] = y${i} * inverse;`)}
  #if ${spec.saves}
  saved[row] = select(0.0, largest + log(total), total > 0.0);
  #endif
  #if ${spec.weights}
  for (var s = 0u; s < params.keys; s++) {
    let at = keys_at + s * ${keyStride / width}u;
    let score = ${score};
    weights[row * params.keys + s] = select(0.0, exp(min(score - largest, 0.0)) * inverse, s < limit);
  }
  #endif
}
`;
  },
});
