/**
 * Where the parameters of GPT-2 are in published files, whose matrices are [inputs, outputs]: they
 * are those of Conv1D layers.
 */
import type { KeyMap } from '../keyMap';
import { type KeyPlace, tableSources, withoutPrefix } from '../keyTable';

const conv = (name: string): KeyPlace => ({ of: [name], transposed: true });

/** @param tied whether the output is the embedding, so that files may lack it or have a copy */
function places(tied: boolean): ReadonlyMap<string, KeyPlace> {
  return new Map<string, KeyPlace>([
    ['embedding', { of: [tied ? 'wte|lm_head' : 'wte'] }],
    ['positions', { of: ['wpe'] }],
    ['layers.#.self_attn.in_proj', conv('h.#.attn.c_attn')],
    ['layers.#.self_attn.out_proj', conv('h.#.attn.c_proj')],
    ['layers.#.linear1', conv('h.#.mlp.c_fc')],
    ['layers.#.linear2', conv('h.#.mlp.c_proj')],
    ['layers.#.norm1', { of: ['h.#.ln_1'] }],
    ['layers.#.norm2', { of: ['h.#.ln_2'] }],
    ['norm', { of: ['ln_f'] }],
    ['out', { of: ['lm_head'] }],
  ]);
}

/** The key map. The prefix `transformer.` may be missing, and masks may be saved as buffers. */
export function gpt2Keys(tied: boolean): KeyMap {
  return {
    canonical: (name) => withoutPrefix(name, ['transformer.']),
    full: (name) => (name.startsWith('lm_head.') ? name : `transformer.${name}`),
    sources: tableSources(places(tied)),
    ignores: (name) =>
      /^h\.\d+\.attn\.(bias|masked_bias)$/u.test(name) || (tied && name === 'lm_head.weight'),
  };
}
