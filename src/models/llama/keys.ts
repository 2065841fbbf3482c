/** Where the parameters of Llama and its descendants are in published files. */
import type { KeyMap } from '../keyMap';
import { type KeyPlace, tableSources, withoutPrefix } from '../keyTable';
import type { LlamaConfig } from './config';

type Sizes = Pick<LlamaConfig, 'tied' | 'heads' | 'kvHeads' | 'headSize'>;

const ATTENTION = 'layers.#.self_attn';

/** The places, where `added` is 1 for norms that multiply by 1 + w, as Gemma's do. */
function places({ tied, ...sizes }: Sizes, added: number): ReadonlyMap<string, KeyPlace> {
  const rows = [sizes.heads, sizes.kvHeads, sizes.kvHeads].map((heads) => heads * sizes.headSize);
  return new Map<string, KeyPlace>([
    ['embedding', { of: [tied ? 'embed_tokens|lm_head' : 'embed_tokens'] }],
    [
      `${ATTENTION}.in_proj`,
      { of: ['q_proj', 'k_proj', 'v_proj'].map((name) => `${ATTENTION}.${name}`), rows },
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
 * @param sizes where the output is tied, it is the embedding, so that files may lack it or have a
 *   copy
 */
export function llamaKeys(sizes: Sizes, added: number): KeyMap {
  return {
    canonical: (name) => withoutPrefix(name, ['model.']),
    full: (name) => (name.startsWith('lm_head.') ? name : `model.${name}`),
    sources: tableSources(places(sizes, added)),
    ignores: (name) =>
      name.endsWith('.rotary_emb.inv_freq') || (sizes.tied && name === 'lm_head.weight'),
  };
}
