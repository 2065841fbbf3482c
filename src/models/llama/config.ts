/** The configuration of Llama: its defaults, checks and JSON form. */
import { OptionError } from '../../core/errors';
import { checkLayer } from '../../nn/layer';
import { Fields } from '../fields';
import { checkScaling, parseScaling, type RotaryScaling } from './rotaryScaling';

/** The function of the gate in a feed-forward network. */
export type GateActivation = 'silu' | 'geluTanh';

/** Configuration of Llama and of its descendants Mistral, Qwen 2, Qwen 3 and Gemma. */
export interface LlamaConfig {
  readonly vocabulary: number;
  readonly modelSize: number;
  /** Heads of queries. */
  readonly heads: number;
  /** Heads of keys and values, each shared by `heads / kvHeads` heads of queries. */
  readonly kvHeads: number;
  /** Channels of a head, an even number. */
  readonly headSize: number;
  /** Size of the gated feed-forward network. */
  readonly feedForward: number;
  readonly layers: number;
  readonly dropout: number;
  readonly activation: GateActivation;
  /** Epsilon of the RMS norms. */
  readonly epsilon: number;
  /** Whether the projections of queries, keys and values have biases, as in Qwen 2. */
  readonly attentionBias: boolean;
  /** Whether each head of queries and keys has an RMS norm, as in Qwen 3. */
  readonly headNorms: boolean;
  /** Factor on the embeddings: the square root of `modelSize` in Gemma. */
  readonly embeddingScale: number;
  /** Pair i of n of a head's channels is rotated by rotaryBase^(-i/n) per position. */
  readonly rotaryBase: number;
  readonly rotaryScaling: RotaryScaling;
  /** Whether the output projection shares the embedding's matrix (Press and Wolf 2017). */
  readonly tied: boolean;
  /** Longest text in tokens; memory is allocated for it. */
  readonly maxLength: number;
  /** Id whose embedding starts at zero and is not trained; -1 for none. */
  readonly padId: number;
}

/** Options of Llama: its configuration, where only the vocabulary's size is required. */
export type LlamaOptions = Partial<LlamaConfig> & Pick<LlamaConfig, 'vocabulary'>;

const PLAIN = {
  modelSize: 128,
  heads: 4,
  feedForward: 352,
  layers: 2,
  dropout: 0,
  epsilon: 1e-6,
  attentionBias: false,
  headNorms: false,
  embeddingScale: 1,
  rotaryBase: 10000,
  tied: false,
  maxLength: 64,
  padId: -1,
} as const;

const DEFAULTS = { ...PLAIN, activation: 'silu', rotaryScaling: { kind: 'none' } } as const;

const KNOWN = [...Object.keys(DEFAULTS), 'vocabulary', 'kvHeads', 'headSize'];

/**
 * Completes options with their defaults, and checks them.
 * @throws OptionError for an unknown option or an invalid value
 */
export function llamaConfig(options: LlamaOptions): LlamaConfig {
  const { heads = DEFAULTS.heads, modelSize = DEFAULTS.modelSize } = options;
  const shared = { kvHeads: heads, headSize: modelSize / heads };
  const config = { ...DEFAULTS, ...shared, ...options };
  const { vocabulary, kvHeads, headSize, feedForward, layers, maxLength } = config;
  const sizes = { vocabulary, modelSize, heads, kvHeads, headSize, feedForward, layers, maxLength };
  checkLayer('llama', sizes, options, KNOWN);
  if (heads % kvHeads !== 0) {
    throw new OptionError(`llama: heads ${heads} is not a multiple of kvHeads ${kvHeads}`);
  }
  if (headSize % 2 !== 0) {
    throw new OptionError(`llama: headSize must be even, for rotation in pairs, found ${headSize}`);
  }
  checkScaling(config.rotaryScaling);
  return config;
}

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
export function parseLlamaOptions(json: unknown): LlamaOptions {
  const fields = new Fields('llama configuration', json, KNOWN);
  const { heads, modelSize, ...plain } = fields.like(PLAIN);
  return {
    ...plain,
    heads,
    modelSize,
    vocabulary: fields.number('vocabulary'),
    kvHeads: fields.number('kvHeads', heads),
    headSize: fields.number('headSize', modelSize / heads),
    activation: fields.oneOf('activation', ['silu', 'geluTanh'], DEFAULTS.activation),
    rotaryScaling: parseScaling(
      new Fields('llama rotaryScaling', fields.value('rotaryScaling', DEFAULTS.rotaryScaling)),
    ),
  };
}
