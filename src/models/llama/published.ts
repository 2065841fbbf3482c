/**
 * Reads config.json of Llama, Mistral, Qwen 2, Qwen 3 and Gemma. What is refused would be another
 * computation: sliding windows, other biases, other scalings of the rotary embedding.
 */
import { OptionError, shown } from '../../core/errors';
import { Fields } from '../fields';
import { booleanOr, checkSupported, isGiven, numberOr, objectIn } from '../publishedFields';
import type { LlamaOptions } from './config';
import type { RotaryScaling } from './rotaryScaling';

/** What differs between the kinds of files, and what they leave out. */
export interface LlamaFile {
  /** Names of the gate's activation. */
  readonly activations: readonly string[];
  readonly activation: LlamaOptions['activation'];
  readonly attentionBias: boolean;
  readonly headNorms: boolean;
  /** Whether embeddings are multiplied by the square root of the model's size. */
  readonly scaled: boolean;
  /** Values of fields that the file leaves out. */
  readonly tied: boolean;
  readonly headSize?: number;
  readonly maxLength: number;
}

const LLAMA: LlamaFile = {
  activations: ['silu'],
  activation: 'silu',
  attentionBias: false,
  headNorms: false,
  scaled: false,
  tied: false,
  maxLength: 2048,
};

/** By model_type. */
export const LLAMA_FILES: ReadonlyMap<string, LlamaFile> = new Map([
  ['llama', LLAMA],
  ['mistral', { ...LLAMA, maxLength: 131072 }],
  ['qwen2', { ...LLAMA, attentionBias: true, maxLength: 32768 }],
  ['qwen3', { ...LLAMA, headNorms: true, headSize: 128, maxLength: 32768 }],
]);

/** Of Gemma. */
export const GEMMA_FILE: LlamaFile = {
  ...LLAMA,
  activations: ['gelu_pytorch_tanh', 'gelu'],
  activation: 'geluTanh',
  scaled: true,
  tied: true,
  headSize: 256,
  maxLength: 8192,
};

/**
 * The options of a published model.
 * @throws FormatError for a damaged field; OptionError for a value that is not supported
 */
export function llamaOptions(fields: Fields, file: LlamaFile): LlamaOptions {
  checkSupported(fields, {
    hidden_act: file.activations,
    hidden_activation: ['gelu_pytorch_tanh'],
    attention_bias: [false],
    mlp_bias: [false],
    use_sliding_window: [false],
    use_bidirectional_attention: [false],
    partial_rotary_factor: [1],
  });
  const maxLength = numberOr(fields, 'max_position_embeddings', file.maxLength);
  checkWindow(fields, maxLength);
  const [modelSize, heads] = [fields.number('hidden_size'), fields.number('num_attention_heads')];
  return {
    vocabulary: fields.number('vocab_size'),
    modelSize,
    heads,
    kvHeads: numberOr(fields, 'num_key_value_heads', heads),
    headSize: numberOr(fields, 'head_dim', file.headSize ?? modelSize / heads),
    feedForward: fields.number('intermediate_size'),
    layers: fields.number('num_hidden_layers'),
    activation: file.activation ?? 'silu',
    epsilon: numberOr(fields, 'rms_norm_eps', 1e-6),
    attentionBias: file.attentionBias,
    headNorms: file.headNorms,
    embeddingScale: file.scaled ? Math.sqrt(modelSize) : 1,
    ...rotaryOptions(fields),
    tied: booleanOr(fields, 'tie_word_embeddings', file.tied),
    maxLength,
    padId: numberOr(fields, 'pad_token_id', -1),
  };
}

/** Refuses windows that hide tokens. @throws OptionError */
function checkWindow(fields: Fields, maxLength: number): void {
  const types = fields.value('layer_types');
  if (Array.isArray(types)) {
    const other = types.find((type) => type !== 'full_attention');
    if (other !== undefined) refuse('layer_types', other, "only 'full_attention'");
  }
  // Qwen's files have a width of windows that they do not use.
  const isUsed = !isGiven(fields, 'use_sliding_window');
  const isMistral = fields.value('model_type') === 'mistral';
  const window = fields.value('sliding_window', isMistral ? 4096 : null);
  if (isUsed && typeof window === 'number' && window < maxLength) {
    refuse('sliding_window', window, 'only null, or the longest text and more');
  }
}

function refuse(name: string, value: unknown, supported: string): never {
  throw new OptionError(
    `config.json: '${name}' ${shown(value)} is not supported, ${supported}; use another model`,
  );
}

/** The rotary embedding: `rope_parameters`, before version 5 `rope_theta` and `rope_scaling`. */
function rotaryOptions(fields: Fields): Pick<LlamaOptions, 'rotaryBase' | 'rotaryScaling'> {
  const given = objectIn(fields, 'rope_parameters') ?? objectIn(fields, 'rope_scaling') ?? {};
  const own = new Fields('config.json: the rotary embedding', given);
  const nested = Object.entries(given).find(([, value]) => typeof value === 'object');
  if (nested !== undefined) refuse('rope_parameters', nested[0], 'only one for all layers');
  checkSupported(own, { partial_rotary_factor: [1] });
  const outer = numberOr(fields, 'rope_theta', 10000);
  return {
    rotaryBase: numberOr(own, 'rope_theta', outer),
    rotaryScaling: scalingOf(own),
  };
}

function scalingOf(own: Fields): RotaryScaling {
  const name = own.value('rope_type', own.value('type', 'default'));
  switch (name) {
    case 'default':
      return { kind: 'none' };
    case 'linear':
      return { kind: 'linear', factor: own.number('factor') };
    case 'llama3':
      return {
        kind: 'llama3',
        factor: own.number('factor'),
        low: own.number('low_freq_factor'),
        high: own.number('high_freq_factor'),
        originalLength: own.number('original_max_position_embeddings'),
      };
    default:
      return refuse('rope_type', name, "only 'default', 'linear' and 'llama3'");
  }
}
