/** The configuration of RNNsearch: its defaults, checks and JSON form. */
import { checkOptions, OptionError } from '../../core/errors';
import type { ScoreKind } from '../../nn/sequenceAttention';
import { checkSizes, checkTied, TIED, type Tied } from '../checks';
import { Fields } from '../fields';
import {
  parseRecurrentOptions,
  RECURRENT_DEFAULTS,
  RECURRENT_SIZES,
  type RecurrentConfig,
  VOCABULARIES,
  type Vocabularies,
} from '../recurrentConfig';

/** Configuration of RNNsearch (Bahdanau et al. 2015). */
export interface BahdanauConfig extends RecurrentConfig {
  /**
   * The attention score. For 'dot', each direction of the encoder has half of the decoder's units.
   */
  readonly score: ScoreKind;
  /** For 'additive': size of the space in which query and key are added. */
  readonly attentionSize: number;
  /**
   * Whether logits come from [state; context; embedding] directly, or through a tanh layer, whose
   * size is hiddenSize, or embeddingSize if its output is multiplied by a tied matrix.
   */
  readonly readout: 'linear' | 'tanh';
  readonly tied: Tied;
}

/** Options of RNNsearch: its configuration, where only the vocabulary sizes are required. */
export type BahdanauOptions = Partial<BahdanauConfig> & Vocabularies;

const DEFAULTS = {
  ...RECURRENT_DEFAULTS,
  score: 'additive',
  attentionSize: 128,
  readout: 'tanh',
  tied: 'none',
} as const;

const KNOWN = [...Object.keys(DEFAULTS), ...VOCABULARIES];

/**
 * Completes options with their defaults, and checks them.
 * @throws OptionError for an unknown option or an invalid value
 */
export function bahdanauConfig(options: BahdanauOptions): BahdanauConfig {
  checkOptions('bahdanau', options, KNOWN);
  const config = { ...DEFAULTS, ...options };
  checkSizes('bahdanau', config, [...RECURRENT_SIZES, 'attentionSize']);
  if (config.score === 'dot' && config.hiddenSize % 2 !== 0) {
    throw new OptionError(
      "bahdanau: with score 'dot' each direction of the encoder has half of the decoder's units: " +
        `hiddenSize must be even, found ${config.hiddenSize}; or use 'general'`,
    );
  }
  if (config.tied !== 'none' && config.readout === 'linear') {
    throw new OptionError(
      `bahdanau: tied '${config.tied}' needs readout 'tanh', whose size is that of the embedding`,
    );
  }
  checkTied('bahdanau', config);
  return config;
}

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
export function parseBahdanauOptions(json: unknown): BahdanauOptions {
  const fields = new Fields('bahdanau configuration', json, KNOWN);
  return {
    ...parseRecurrentOptions(fields),
    score: fields.oneOf('score', ['additive', 'dot', 'general'], DEFAULTS.score),
    attentionSize: fields.number('attentionSize', DEFAULTS.attentionSize),
    readout: fields.oneOf('readout', ['linear', 'tanh'], DEFAULTS.readout),
    tied: fields.oneOf('tied', TIED, DEFAULTS.tied),
  };
}
