/** The configuration of T5: its defaults, checks and JSON form. */
import { OptionError } from '../../core/errors';
import { checkLayer } from '../../nn/layer';
import { Fields } from '../fields';
import { T5_ACTIVATIONS, type T5Activation } from './feedForward';

/** What can share a matrix, for reading configurations. */
const T5_TIED = ['none', 'target', 'embeddings', 'all'] as const;

/**
 * Which share a matrix: the output projection and the target embedding ('target'), both embeddings
 * but not the output ('embeddings', T5 1.1), all three ('all', T5), or none.
 */
export type T5Tied = (typeof T5_TIED)[number];

/** Configuration of T5. */
export interface T5Config {
  readonly sourceVocabulary: number;
  readonly targetVocabulary: number;
  readonly modelSize: number;
  readonly heads: number;
  /** Channels of a head; `heads * headSize` may differ from the model's size. */
  readonly headSize: number;
  /** Hidden size of the feed-forward network. */
  readonly feedForward: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  /** Activation of the feed-forward network; 'geluTanh' is gelu by tanh. */
  readonly activation: T5Activation;
  /** Whether a second projection is multiplied with the activation (Shazeer 2020), as in T5 1.1. */
  readonly gated: boolean;
  readonly dropout: number;
  /** Epsilon of the RMS norms. */
  readonly epsilon: number;
  /** Relative positions are sorted into so many buckets; a positive multiple of 4. */
  readonly buckets: number;
  /** Distances from this one on share the last bucket. */
  readonly maxDistance: number;
  readonly tied: T5Tied;
  /** Whether the decoder's output is divided by the root of the model's size before the logits. */
  readonly scaledOutput: boolean;
  /** Longest source or target in tokens, including eos; memory is allocated for it. */
  readonly maxLength: number;
  /** The token that decoding starts from (default: bos of the vocabulary). */
  readonly startId?: number;
}

const PLAIN = {
  modelSize: 128,
  heads: 4,
  feedForward: 256,
  encoderLayers: 2,
  decoderLayers: 2,
  gated: false,
  dropout: 0.1,
  epsilon: 1e-6,
  buckets: 32,
  maxDistance: 128,
  maxLength: 64,
} as const;

const DEFAULTS = { ...PLAIN, activation: 'relu', tied: 'target' } as const;

const KNOWN = [
  ...Object.keys(DEFAULTS),
  ...['sourceVocabulary', 'targetVocabulary', 'headSize', 'scaledOutput', 'startId'],
];

/**
 * Options of T5: its configuration, where only the vocabulary sizes are required. By default a
 * head has `modelSize / heads` channels, and the output is scaled if its matrix is tied.
 */
export type T5Options = Partial<T5Config> & Pick<T5Config, 'sourceVocabulary' | 'targetVocabulary'>;

const sharesOutput = (tied: T5Tied): boolean => tied === 'target' || tied === 'all';

/**
 * Completes options with their defaults, and checks them.
 * @throws OptionError for an unknown option or an invalid value
 */
export function t5Config(options: T5Options): T5Config {
  const given = { ...DEFAULTS, ...options };
  const config: T5Config = {
    ...given,
    headSize: given.headSize ?? given.modelSize / given.heads,
    scaledOutput: given.scaledOutput ?? sharesOutput(given.tied),
  };
  const { sourceVocabulary, targetVocabulary, buckets, maxDistance, tied, startId } = config;
  const { modelSize, heads, headSize, feedForward, encoderLayers, decoderLayers } = config;
  const sizes = { sourceVocabulary, targetVocabulary, modelSize, heads, headSize, feedForward };
  const layers = { encoderLayers, decoderLayers, maxLength: config.maxLength };
  checkLayer('t5', { ...sizes, ...layers, buckets, maxDistance }, options, KNOWN);
  // Half of one direction's buckets are for single distances, and the others for larger ones.
  if (buckets % 4 !== 0 || maxDistance <= buckets / 2) {
    throw new OptionError(
      `t5: buckets must be a multiple of 4 and less than twice maxDistance, found ${buckets} ` +
        `and ${maxDistance}`,
    );
  }
  if ((tied === 'all' || tied === 'embeddings') && sourceVocabulary !== targetVocabulary) {
    throw new OptionError(
      `t5: tied '${tied}' needs one vocabulary, found ${sourceVocabulary} and ` +
        `${targetVocabulary} ids`,
    );
  }
  const isId = (id: number) => Number.isInteger(id) && id >= 0 && id < targetVocabulary;
  if (startId !== undefined && !isId(startId)) {
    throw new OptionError(
      `t5: startId must be an id of the vocabulary, 0 to ${targetVocabulary - 1}, found ${startId}`,
    );
  }
  return config;
}

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
export function parseT5Options(json: unknown): T5Options {
  const fields = new Fields('t5 configuration', json, KNOWN);
  const optional = (name: 'headSize' | 'startId') =>
    fields.value(name) === undefined ? {} : { [name]: fields.number(name) };
  const tied = fields.oneOf('tied', T5_TIED, DEFAULTS.tied);
  return {
    ...fields.like(PLAIN),
    sourceVocabulary: fields.number('sourceVocabulary'),
    targetVocabulary: fields.number('targetVocabulary'),
    activation: fields.oneOf('activation', T5_ACTIVATIONS, DEFAULTS.activation),
    tied,
    scaledOutput: fields.boolean('scaledOutput', sharesOutput(tied)),
    ...optional('headSize'),
    ...optional('startId'),
  };
}
