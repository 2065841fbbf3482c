/**
 * The transformer in jax-js, written as its documentation recommends: `nn` functions, fused input
 * projections, built-in attention. Every use of an array consumes a reference.
 */
import { nn, numpy as np } from '@jax-js/jax';
import { defined } from '../../../tools/lib/defined';
import { EPSILON, type ModelSpec } from '../../spec';

export type Parameters = { [name: string]: np.Array };

export interface Inputs {
  /** Ids [B, T]. */
  readonly source: np.Array;
  readonly target: np.Array;
  /** [T, d]. */
  readonly positions: np.Array;
}

/** Returns each parameter once; the caller owns it. */
export type Take = (name: string) => np.Array;

/** x W + b over the last axis. @param x [B, T, in]  @param weight [in, out] */
export function affine(x: np.Array, weight: np.Array, bias: np.Array): np.Array {
  return np.einsum('btd,de->bte', x, weight).add(bias);
}

export function linear(take: Take, name: string, x: np.Array): np.Array {
  return affine(x, take(`${name}.weight`), take(`${name}.bias`));
}

export function layerNorm(take: Take, name: string, x: np.Array): np.Array {
  return nn
    .standardize(x, -1, { epsilon: EPSILON })
    .mul(take(`${name}.weight`))
    .add(take(`${name}.bias`));
}

export function heads(x: np.Array, { heads: count, modelSize }: ModelSpec): np.Array {
  const [batch = 1, length = 1] = x.shape;
  return x.reshape([batch, length, count, modelSize / count]);
}

export function output(take: Take, name: string, spec: ModelSpec, mixed: np.Array): np.Array {
  const [batch = 1, length = 1] = mixed.shape;
  return linear(take, `${name}.out_proj`, mixed.reshape([batch, length, spec.modelSize]));
}

/** Queries, keys and values in one product. */
function selfAttention(
  take: Take,
  name: string,
  spec: ModelSpec,
  x: np.Array,
  isCausal: boolean,
): np.Array {
  const qkv = affine(x, take(`${name}.in_proj_weight`), take(`${name}.in_proj_bias`));
  const [q, k, v] = np.split(qkv, 3, -1).map((part) => heads(part, spec));
  const mixed = nn.dotProductAttention(
    defined(q, 'queries'),
    defined(k, 'keys'),
    defined(v, 'values'),
    { isCausal },
  );
  return output(take, name, spec, mixed);
}

/** The input projection's part for queries, and that for keys and values. */
export function queryAndMemoryWeights(take: Take, name: string, { modelSize }: ModelSpec) {
  const weights = np.split(take(`${name}.in_proj_weight`), [modelSize], 1);
  const biases = np.split(take(`${name}.in_proj_bias`), [modelSize], 0);
  return {
    queryWeight: defined(weights[0], 'weight'),
    queryBias: defined(biases[0], 'bias'),
    weight: defined(weights[1], 'weight'),
    bias: defined(biases[1], 'bias'),
  };
}

/** Queries from the target; keys and values from the encoder's output, in one product. */
function crossAttention(
  take: Take,
  name: string,
  spec: ModelSpec,
  x: np.Array,
  memory: np.Array,
): np.Array {
  const { queryWeight, queryBias, weight, bias } = queryAndMemoryWeights(take, name, spec);
  const q = affine(x, queryWeight, queryBias);
  const kv = affine(memory, weight, bias);
  const [k, v] = np.split(kv, 2, -1).map((part) => heads(part, spec));
  const mixed = nn.dotProductAttention(heads(q, spec), defined(k, 'keys'), defined(v, 'values'));
  return output(take, name, spec, mixed);
}

export function feedForward(take: Take, name: string, x: np.Array): np.Array {
  return linear(take, `${name}.linear2`, nn.relu(linear(take, `${name}.linear1`, x)));
}

export function embed(
  table: np.Array,
  ids: np.Array,
  positions: np.Array,
  spec: ModelSpec,
): np.Array {
  return np.take(table, ids, 0).mul(Math.sqrt(spec.modelSize)).add(positions);
}

/** norm(x + f(x)). */
export function residual(
  take: Take,
  name: string,
  x: np.Array,
  sublayer: (x: np.Array) => np.Array,
): np.Array {
  return layerNorm(take, name, x.ref.add(sublayer(x)));
}

export function encode(
  take: Take,
  spec: ModelSpec,
  source: np.Array,
  positions: np.Array,
): np.Array {
  let x = embed(take('src_embed.weight'), source, positions, spec);
  for (let i = 0; i < spec.layers; i++) {
    const name = `transformer.encoder.layers.${i}`;
    x = residual(take, `${name}.norm1`, x, (y) =>
      selfAttention(take, `${name}.self_attn`, spec, y, false),
    );
    x = residual(take, `${name}.norm2`, x, (y) => feedForward(take, name, y));
  }
  return layerNorm(take, 'transformer.encoder.norm', x);
}

/** Logits of teacher forcing [B, T, vocabulary]. Consumes all parameters and inputs. */
export function transformer(parameters: Parameters, inputs: Inputs, spec: ModelSpec): np.Array {
  const take: Take = (name) => defined(parameters[name], name);
  const memory = encode(take, spec, inputs.source, inputs.positions.ref);
  let x = embed(take('tgt_embed.weight'), inputs.target, inputs.positions, spec);
  for (let i = 0; i < spec.layers; i++) {
    const name = `transformer.decoder.layers.${i}`;
    x = residual(take, `${name}.norm1`, x, (y) =>
      selfAttention(take, `${name}.self_attn`, spec, y, true),
    );
    x = residual(take, `${name}.norm2`, x, (y) =>
      crossAttention(take, `${name}.multihead_attn`, spec, y, memory.ref),
    );
    x = residual(take, `${name}.norm3`, x, (y) => feedForward(take, name, y));
  }
  memory.dispose();
  return linear(take, 'generator', layerNorm(take, 'transformer.decoder.norm', x));
}
