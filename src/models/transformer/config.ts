/** The configuration of a transformer: its defaults, checks and JSON form. */
import { checkLayer } from '../../nn/layer';
import { PAPER_POSITIONS, type PositionOptions } from '../../nn/sinusoidalTable';
import { checkHeads, type TransformerLayerOptions } from '../../nn/transformerLayers';
import { checkTied, TIED, type Tied } from '../checks';
import { Fields } from '../fields';

/** Configuration of a transformer. */
export interface TransformerConfig extends Required<Omit<TransformerLayerOptions, 'rotary'>> {
  readonly modelSize: number;
  readonly heads: number;
  readonly sourceVocabulary: number;
  readonly targetVocabulary: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly tied: Tied;
  readonly positions: PositionOptions;
  /** Longest source or target in tokens, including eos; memory is allocated for it. */
  readonly maxLength: number;
  /** Id whose embedding starts at zero and is not trained. */
  readonly padId: number;
}

const PLAIN = {
  modelSize: 128,
  heads: 4,
  feedForward: 256,
  encoderLayers: 2,
  decoderLayers: 2,
  dropout: 0.1,
  normFirst: false,
  epsilon: 1e-5,
  maxLength: 64,
  padId: 0,
} as const;

/** Defaults: the paper's architecture in a small size. */
export const TRANSFORMER_DEFAULTS = {
  ...PLAIN,
  activation: 'relu',
  tied: 'target',
  positions: PAPER_POSITIONS,
} as const;

/** Options of a transformer: its configuration, where only the vocabulary sizes are required. */
export type TransformerOptions = Partial<TransformerConfig> &
  Pick<TransformerConfig, 'sourceVocabulary' | 'targetVocabulary'>;

/**
 * Completes options with their defaults, and checks them.
 * @throws OptionError for an unknown option or an invalid value
 */
export function transformerConfig(options: TransformerOptions): TransformerConfig {
  const known = [...Object.keys(TRANSFORMER_DEFAULTS), 'sourceVocabulary', 'targetVocabulary'];
  const config = { ...TRANSFORMER_DEFAULTS, ...options };
  const { sourceVocabulary, targetVocabulary, modelSize, heads, feedForward } = config;
  const sizes = { sourceVocabulary, targetVocabulary, modelSize, heads, feedForward };
  checkLayer('transformer', sizes, options, known);
  checkHeads('transformer', modelSize, heads);
  checkTied('transformer', config);
  return config;
}

/** The fields that all transformers have. @throws FormatError naming a wrong field */
export function parseTransformerFields(
  fields: Fields,
  d: Pick<TransformerConfig, 'normFirst' | 'activation' | 'positions'>,
) {
  const positions = new Fields('positions', fields.value('positions', d.positions));
  return {
    ...fields.like({ ...PLAIN, normFirst: d.normFirst }),
    activation: fields.oneOf('activation', ['relu', 'gelu'], d.activation),
    positions: {
      layout: positions.oneOf('layout', ['interleaved', 'halves'], 'interleaved'),
      first: positions.number('first', 0),
      denominator: positions.oneOf('denominator', ['half', 'halfMinusOne'], 'half'),
    },
  };
}

/**
 * The options in a configuration.
 * @throws FormatError naming the field, what it must be and what was found
 */
export function parseTransformerOptions(json: unknown): TransformerOptions {
  const d = TRANSFORMER_DEFAULTS;
  const known = [...Object.keys(d), 'sourceVocabulary', 'targetVocabulary'];
  const fields = new Fields('transformer configuration', json, known);
  return {
    ...parseTransformerFields(fields, d),
    sourceVocabulary: fields.number('sourceVocabulary'),
    targetVocabulary: fields.number('targetVocabulary'),
    tied: fields.oneOf('tied', TIED, d.tied),
  };
}
