/** A decoding step of the transformer over cached keys and values. */
import { nn, numpy as np } from '@jax-js/jax';
import { defined } from '../../../tools/lib/defined';
import type { ModelSpec } from '../../spec';
import {
  affine,
  embed,
  encode,
  feedForward,
  heads,
  layerNorm,
  linear,
  output,
  type Parameters,
  queryAndMemoryWeights,
  residual,
  type Take,
} from './transformer';

/** [batch, length, modelSize] a layer. */
export type Cache = { keys: np.Array[]; values: np.Array[] };

export interface Step {
  /** Ids [batch, 1]. */
  readonly token: np.Array;
  /** Its position [1]. */
  readonly at: np.Array;
  /** Sinusoids of the position [1, modelSize]. */
  readonly row: np.Array;
}

const decoderLayer = (i: number) => `transformer.decoder.layers.${i}`;

/** Keys and values of the source [batch, length, 2 * modelSize], for each decoder layer. */
export function encodeMemory(
  parameters: Parameters,
  source: np.Array,
  positions: np.Array,
  spec: ModelSpec,
): np.Array[] {
  const take: Take = (name) => defined(parameters[name], name);
  const memory = encode(take, spec, source, positions);
  const products = Array.from({ length: spec.layers }, (_, i) => {
    const { weight, bias, queryWeight, queryBias } = queryAndMemoryWeights(
      take,
      `${decoderLayer(i)}.multihead_attn`,
      spec,
    );
    queryWeight.dispose();
    queryBias.dispose();
    return affine(memory.ref, weight, bias);
  });
  memory.dispose();
  return products;
}

/** The most probable next token [batch, 1], and the updated cache. */
export function decodeStep(
  parameters: Parameters,
  memory: readonly np.Array[],
  cache: Cache,
  { token, at, row }: Step,
  spec: ModelSpec,
): { token: np.Array; cache: Cache } {
  const take: Take = (name) => defined(parameters[name], name);
  const next: Cache = { keys: [], values: [] };
  const places = np.arange(spec.length);
  const isHere = places.ref.equal(at.ref).reshape([1, spec.length, 1]);
  const isKnown = places.lessEqual(at).reshape([1, 1, 1, spec.length]);
  let x = embed(take('tgt_embed.weight'), token, row, spec);
  for (let i = 0; i < spec.layers; i++) {
    const name = decoderLayer(i);
    x = residual(take, `${name}.norm1`, x, (y) => {
      const qkv = affine(
        y,
        take(`${name}.self_attn.in_proj_weight`),
        take(`${name}.self_attn.in_proj_bias`),
      );
      const [q, k, v] = np.split(qkv, 3, -1).map((part) => defined(part, 'projection'));
      const put = (old: np.Array | undefined, one: np.Array | undefined) =>
        np.where(isHere.ref, defined(one, 'new'), defined(old, 'cache'));
      const [keys, values] = [put(cache.keys[i], k), put(cache.values[i], v)];
      next.keys.push(keys.ref);
      next.values.push(values.ref);
      const mixed = nn.dotProductAttention(
        heads(defined(q, 'queries'), spec),
        heads(keys, spec),
        heads(values, spec),
        { mask: isKnown.ref },
      );
      return output(take, `${name}.self_attn`, spec, mixed);
    });
    x = residual(take, `${name}.norm2`, x, (y) => {
      const cross = `${name}.multihead_attn`;
      const { queryWeight, queryBias, weight, bias } = queryAndMemoryWeights(take, cross, spec);
      weight.dispose();
      bias.dispose();
      const q = affine(y, queryWeight, queryBias);
      const [k, v] = np.split(defined(memory[i], 'memory'), 2, -1).map((part) => heads(part, spec));
      const mixed = nn.dotProductAttention(
        heads(q, spec),
        defined(k, 'keys'),
        defined(v, 'values'),
      );
      return output(take, cross, spec, mixed);
    });
    x = residual(take, `${name}.norm3`, x, (y) => feedForward(take, name, y));
  }
  isHere.dispose();
  isKnown.dispose();
  const logits = linear(take, 'generator', layerNorm(take, 'transformer.decoder.norm', x));
  return { token: np.argmax(logits, -1), cache: next };
}
