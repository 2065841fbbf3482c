/** The configuration of GPT-2: its JSON form, and how config.json gives it. */
import { Fields } from '../fields';
import { type GptConfig, gptConfig } from '../gpt/config';
import { booleanOr, checkSupported, numberOr } from '../publishedFields';

/** Configuration of GPT-2: that of GPT, where positions are learned and norms precede sublayers. */
export interface Gpt2Config extends Omit<GptConfig, 'positions' | 'normFirst' | 'activation'> {
  /** Rows of the table of positions, of which `maxLength` are used; 0 for that many (default). */
  readonly positionRows: number;
}

/** Options of GPT-2: its configuration, where only the vocabulary's size is required. */
export type Gpt2Options = Partial<Gpt2Config> & Pick<Gpt2Config, 'vocabulary'>;

const PLAIN = {
  modelSize: 128,
  heads: 4,
  feedForward: 512,
  layers: 2,
  dropout: 0.1,
  epsilon: 1e-5,
  maxLength: 64,
  padId: -1,
  positionRows: 0,
  tied: true,
} as const;

const FIXED = { positions: 'learned', normFirst: true, activation: 'gelu' } as const;

/**
 * Completes options with their defaults, and checks them.
 * @returns the configuration, the same as GPT's, whose activation is a part of the model, and the
 *   number of rows of the table of positions
 * @throws OptionError for an unknown option or an invalid value
 */
export function gpt2Config(options: Gpt2Options) {
  const config: Gpt2Config = { ...PLAIN, ...options };
  const { positionRows, ...shared } = config;
  const rows = positionRows === 0 ? config.maxLength : positionRows;
  return { config, stack: gptConfig({ ...shared, ...FIXED }), rows };
}

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
export function parseGpt2Options(json: unknown): Gpt2Options {
  const fields = new Fields('gpt2 configuration', json, [...Object.keys(PLAIN), 'vocabulary']);
  return { ...fields.like(PLAIN), vocabulary: fields.number('vocabulary') };
}

/**
 * The options of a published model.
 * @throws FormatError for a damaged field; OptionError for a value that is not supported
 */
export function publishedOptions(fields: Fields): Gpt2Options {
  checkSupported(fields, {
    activation_function: ['gelu_new', 'gelu_pytorch_tanh'],
    scale_attn_weights: [true],
    scale_attn_by_inverse_layer_idx: [false],
    add_cross_attention: [false],
  });
  const modelSize = numberOr(fields, 'n_embd', 768);
  const maxLength = numberOr(fields, 'n_positions', 1024);
  return {
    vocabulary: numberOr(fields, 'vocab_size', 50257),
    modelSize,
    heads: numberOr(fields, 'n_head', 12),
    feedForward: numberOr(fields, 'n_inner', 4 * modelSize),
    layers: numberOr(fields, 'n_layer', 12),
    dropout: numberOr(fields, 'resid_pdrop', 0.1),
    epsilon: numberOr(fields, 'layer_norm_epsilon', 1e-5),
    maxLength,
    positionRows: maxLength,
    padId: numberOr(fields, 'pad_token_id', -1),
    tied: booleanOr(fields, 'tie_word_embeddings', true),
  };
}
