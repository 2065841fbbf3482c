/** T5 as it is published: config.json, and the names of tensors, of 't5' and 'mt5'. */
import { OptionError, shown } from '../../core/errors';
import type { Fields } from '../fields';
import type { KeyMap, KeySource } from '../keyMap';
import type { PublishedLayout } from '../kind';
import { parseT5Options, type T5Config, type T5Options, type T5Tied, t5Config } from './config';
import type { T5Activation } from './feedForward';

/** What config.json leaves out. */
const T5_DEFAULTS = {
  vocab_size: 32128,
  d_model: 512,
  d_kv: 64,
  d_ff: 2048,
  num_layers: 6,
  num_heads: 8,
  feed_forward_proj: 'relu',
  tie_word_embeddings: true,
} as const;

const MT5_DEFAULTS = {
  vocab_size: 250112,
  d_model: 512,
  d_kv: 64,
  d_ff: 1024,
  num_layers: 8,
  num_heads: 6,
  feed_forward_proj: 'gated-gelu',
  tie_word_embeddings: false,
} as const;

/** The longest text where the configuration does not tell: relative positions have no end. */
const USUAL_LENGTH = 512;

const ACTIVATIONS: ReadonlyMap<string, T5Activation> = new Map([
  ['relu', 'relu'],
  ['gelu', 'gelu'],
  ['gelu_new', 'geluTanh'],
  ['gelu_pytorch_tanh', 'geluTanh'],
  ['silu', 'silu'],
  ['swish', 'silu'],
]);

function unsupported(name: string, value: unknown, supported: string): never {
  throw new OptionError(
    `config.json of t5: '${name}' is ${shown(value)}, which is not supported; supported: ` +
      supported,
  );
}

/** The feed-forward network of 'relu', 'gated-gelu' and the like. */
function feedForwardOf(config: Fields, usual: string): Pick<T5Config, 'activation' | 'gated'> {
  const found = config.text('feed_forward_proj') ?? usual;
  const gated = found.startsWith('gated-');
  // 'gated-gelu' has always meant gelu by tanh.
  const own = found === 'gated-gelu' ? 'gelu_new' : found.replace('gated-', '');
  const name = config.text('dense_act_fn') ?? own;
  const activation = ACTIVATIONS.get(name);
  if (activation !== undefined) return { activation, gated };
  const names = [...ACTIVATIONS.keys()].join(', ');
  const [field, value] = name === own ? ['feed_forward_proj', found] : ['dense_act_fn', name];
  return unsupported(field, value, `${names}; in 'feed_forward_proj' also with 'gated-' before it`);
}

/**
 * Whether the output has a matrix of its own. Newer writers say of all models that matrices are
 * tied, but scale the output of those alone that were trained so: of the others the file tells.
 */
function tiedOf(tied: boolean, scaledOutput: boolean): T5Tied {
  return tied && scaledOutput ? 'all' : 'embeddings';
}

function configuration(config: Fields): T5Options {
  const d = config.value('model_type') === 'mt5' ? MT5_DEFAULTS : T5_DEFAULTS;
  if (!config.boolean('is_encoder_decoder', true)) {
    unsupported('is_encoder_decoder', false, 'true: models of an encoder and a decoder');
  }
  /** JSON's null means that the value is left out. */
  const number = (name: string, usual: number): number =>
    config.value(name) === null ? usual : config.number(name, usual);
  const vocabulary = number('vocab_size', d.vocab_size);
  const layers = number('num_layers', d.num_layers);
  const tied = config.boolean('tie_word_embeddings', d.tie_word_embeddings);
  const scaledOutput = config.boolean('scale_decoder_outputs', tied);
  return t5Config({
    sourceVocabulary: vocabulary,
    targetVocabulary: vocabulary,
    modelSize: number('d_model', d.d_model),
    heads: number('num_heads', d.num_heads),
    headSize: number('d_kv', d.d_kv),
    feedForward: number('d_ff', d.d_ff),
    encoderLayers: layers,
    decoderLayers: number('num_decoder_layers', layers),
    ...feedForwardOf(config, d.feed_forward_proj),
    dropout: number('dropout_rate', 0.1),
    epsilon: number('layer_norm_epsilon', 1e-6),
    buckets: number('relative_attention_num_buckets', 32),
    maxDistance: number('relative_attention_max_distance', 128),
    tied: tiedOf(tied, scaledOutput),
    scaledOutput,
    maxLength: number('n_positions', USUAL_LENGTH),
    startId: number('decoder_start_token_id', number('pad_token_id', 0)),
  });
}

/** Copies of one matrix, of which writers keep any. */
const EMBEDDINGS = [
  'shared.weight',
  'encoder.embed_tokens.weight',
  'decoder.embed_tokens.weight',
] as const;

const HEAD = 'lm_head.weight';

/** Old files have this table, which nothing reads. */
const UNREAD = 'decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight';

function keys(given: object): KeyMap {
  const { tied } = parseT5Options(given);
  const source = (...names: KeySource['names']): KeySource => ({ names });
  return {
    sources: ({ name }) => {
      if (name === HEAD) return [source(HEAD, ...EMBEDDINGS)];
      if (name === EMBEDDINGS[0]) return [source(...EMBEDDINGS, ...(tied === 'all' ? [HEAD] : []))];
      const parts = /^(.*\.)(q?kv)\.weight$/.exec(name);
      if (parts === null) return [source(name)];
      const [, path = '', letters = ''] = parts;
      return [...letters].map((letter) => source(`${path}${letter}.weight`));
    },
    ignores: (name) => [...EMBEDDINGS, HEAD, UNREAD].includes(name),
  };
}

/** How published T5 and mT5 models are read. */
export const t5Published: PublishedLayout = { modelTypes: ['t5', 'mt5'], configuration, keys };
