/**
 * The configuration of published encoder-decoders: that of a transformer, and in what they differ
 * from the paper's.
 */
import { OptionError } from '../../core/errors';
import { checkLayer } from '../../nn/layer';
import { checkHeads } from '../../nn/transformerLayers';
import { ACTIVATIONS, type PublishedActivation } from '../activations';
import { checkTied, TIED } from '../checks';
import { Fields } from '../fields';
import type { TransformerConfig } from '../transformer/config';

/** Configuration of a published encoder-decoder. */
export interface EncoderDecoderConfig extends Omit<TransformerConfig, 'activation'> {
  readonly activation: PublishedActivation;
  /** Whether embedded tokens are multiplied by sqrt(modelSize). */
  readonly scaled: boolean;
  /** Whether a norm follows the positions. */
  readonly embeddingNorm: boolean;
  /** Whether a norm follows the last layer of the encoder, and of the decoder. */
  readonly finalNorm: boolean;
  /** Number of learned vectors of positions; 0 for the sinusoids of `positions`. */
  readonly learnedPositions: number;
  /** Whether a bias, which is not trained in PyTorch, is added to the logits. */
  readonly logitsBias: boolean;
}

/** Index of the learned vector of position 0: a remainder of fairseq. */
export const FIRST_LEARNED = 2;

const SIZES = {
  modelSize: 0,
  heads: 0,
  sourceVocabulary: 0,
  targetVocabulary: 0,
  feedForward: 0,
  encoderLayers: 0,
  decoderLayers: 0,
  dropout: 0,
  epsilon: 0,
  maxLength: 0,
  padId: 0,
  learnedPositions: 0,
  normFirst: false,
  scaled: false,
  embeddingNorm: false,
  finalNorm: false,
  logitsBias: false,
} as const;

/**
 * Reads a configuration from JSON.
 * @param kind names the kind in messages
 * @throws FormatError naming a wrong or missing field; OptionError for an invalid value
 */
export function parseEncoderDecoder(kind: string, json: unknown): EncoderDecoderConfig {
  const known = [...Object.keys(SIZES), 'tied', 'positions', 'activation'];
  const fields = new Fields(`${kind} configuration`, json, known);
  const missing = Object.keys(SIZES).find((name) => fields.value(name) === undefined);
  if (missing !== undefined) throw new OptionError(`${kind}: the configuration has no ${missing}`);
  const positions = new Fields('positions', fields.value('positions'));
  const config: EncoderDecoderConfig = {
    ...fields.like(SIZES),
    tied: fields.oneOf('tied', TIED),
    activation: fields.oneOf('activation', ACTIVATIONS),
    positions: {
      layout: positions.oneOf('layout', ['interleaved', 'halves']),
      first: positions.number('first'),
      denominator: positions.oneOf('denominator', ['half', 'halfMinusOne']),
    },
  };
  const { sourceVocabulary, targetVocabulary, modelSize, heads, feedForward, maxLength } = config;
  const sizes = { sourceVocabulary, targetVocabulary, modelSize, heads, feedForward, maxLength };
  checkLayer(kind, sizes, config, Object.keys(config));
  checkHeads(kind, modelSize, heads);
  checkTied(kind, config);
  return config;
}
