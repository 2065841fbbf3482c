/** Where the parameters of Llama and its descendants are in published files. */
import type { KeyMap } from '../keyMap';
import { type KeyPlace, tableSources, withoutPrefix } from '../keyTable';

const ATTENTION = 'layers.#.self_attn';

/** The places, where `added` is 1 for norms that multiply by 1 + w, as Gemma's do. */
function places(tied: boolean, added: number): ReadonlyMap<string, KeyPlace> {
  return new Map<string, KeyPlace>([
    ['embedding', { of: [tied ? 'embed_tokens|lm_head' : 'embed_tokens'] }],
    [
      `${ATTENTION}.in_proj`,
      { of: ['q_proj', 'k_proj', 'v_proj'].map((name) => `${ATTENTION}.${name}`) },
    ],
    [`${ATTENTION}.out_proj`, { of: [`${ATTENTION}.o_proj`] }],
    [`${ATTENTION}.q_norm`, { of: [`${ATTENTION}.q_norm`] }],
    [`${ATTENTION}.k_norm`, { of: [`${ATTENTION}.k_norm`] }],
    ['layers.#.gate', { of: ['layers.#.mlp.gate_proj'] }],
    ['layers.#.linear1', { of: ['layers.#.mlp.up_proj'] }],
    ['layers.#.linear2', { of: ['layers.#.mlp.down_proj'] }],
    ['layers.#.norm1', { of: ['layers.#.input_layernorm'], added }],
    ['layers.#.norm2', { of: ['layers.#.post_attention_layernorm'], added }],
    ['norm', { of: ['norm'], added }],
    ['out', { of: ['lm_head'] }],
  ]);
}

/**
 * The key map. The prefix `model.` may be missing.
 * @param tied whether the output is the embedding, so that files may lack it or have a copy
 */
export function llamaKeys(tied: boolean, added: number): KeyMap {
  return {
    canonical: (name) => withoutPrefix(name, ['model.']),
    sources: tableSources(places(tied, added)),
    ignores: (name) => name.endsWith('.rotary_emb.inv_freq') || (tied && name === 'lm_head.weight'),
  };
}
