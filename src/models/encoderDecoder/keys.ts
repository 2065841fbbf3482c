/** Where published encoder-decoders have the parameters of the network. */
import type { KeyMap, KeySource } from '../keyMap';
import type { EncoderDecoderConfig } from './config';

/** Parts of our names, and what stands for them in files. */
const LAYER_PARTS: Readonly<Record<string, string>> = {
  self_attn: 'self_attn',
  multihead_attn: 'encoder_attn',
  linear1: 'fc1',
  linear2: 'fc2',
  norm1: 'self_attn_layer_norm',
};

/** Norms of a layer after the first, whose names differ between encoder and decoder. */
const LAYER_NORMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  encoder: { norm2: 'final_layer_norm' },
  decoder: { norm2: 'encoder_attn_layer_norm', norm3: 'final_layer_norm' },
};

const PROJECTIONS = ['q_proj', 'k_proj', 'v_proj'] as const;

/** The tensors of MarianMT, BART, mBART and M2M100, which share their names. */
export function encoderDecoderKeys({
  tied,
  learnedPositions,
  logitsBias,
}: EncoderDecoderConfig): KeyMap {
  const tables = {
    encoder: 'model.encoder.embed_tokens.weight',
    decoder: 'model.decoder.embed_tokens.weight',
  };
  const shared = ['model.shared.weight', tables.encoder, tables.decoder, 'lm_head.weight'] as const;
  const special: Readonly<Record<string, KeySource['names']>> = {
    'src_embed.weight': [tables.encoder, 'model.shared.weight'],
    'tgt_embed.weight': tied === 'all' ? shared : [tables.decoder, 'lm_head.weight'],
    'generator.weight': ['lm_head.weight'],
    'generator.bias': ['final_logits_bias'],
  };
  return {
    canonical: (name) => (/^(encoder|decoder|shared)\./.test(name) ? `model.${name}` : name),
    sources: ({ name }) => {
      const names = special[name];
      return names === undefined ? layerSources(name) : [{ names }];
    },
    // Sinusoids are computed, and copies of tied matrices are not read.
    ignores: (name) =>
      (learnedPositions === 0 && /\.embed_positions\.weight/.test(name)) ||
      /\.embed_tokens\.weight$|^model\.shared\.weight$|^lm_head\.weight$/.test(name),
    buffers: logitsBias ? ['generator.bias'] : [],
  };
}

function layerSources(name: string): readonly KeySource[] {
  const side = name.startsWith('src_embed.') || name.includes('.encoder.') ? 'encoder' : 'decoder';
  const stack = `model.${side}`;
  const embedded = /^(?:src|tgt)_embed\.(norm|positions)\.(.+)$/.exec(name);
  if (embedded !== null) {
    const [, part, rest] = embedded;
    const own = part === 'norm' ? 'layernorm_embedding' : 'embed_positions';
    return [{ names: [`${stack}.${own}.${rest}`] }];
  }
  const [, layer, part = '', rest = ''] =
    /^transformer\.\w+\.(?:layers\.(\d+)\.)?(\w+)\.(.+)$/.exec(name) ?? [];
  if (layer === undefined) return [{ names: [`${stack}.layer_norm.${rest}`] }];
  const own = LAYER_PARTS[part] ?? LAYER_NORMS[side]?.[part] ?? part;
  const prefix = `${stack}.layers.${layer}.${own}`;
  const projected = /^in_proj_(weight|bias)$/.exec(rest);
  if (projected === null) return [{ names: [`${prefix}.${rest}`] }];
  return PROJECTIONS.map((each) => ({ names: [`${prefix}.${each}.${projected[1]}`] }));
}
