/** The configuration of seq2seq: its defaults, checks and JSON form. */
import { checkOptions, OptionError } from '../../core/errors';
import { checkSizes } from '../checks';
import { Fields } from '../fields';
import {
  parseRecurrentOptions,
  RECURRENT_DEFAULTS,
  RECURRENT_SIZES,
  type RecurrentConfig,
  VOCABULARIES,
  type Vocabularies,
} from '../recurrentConfig';

/** Configuration of seq2seq, with a fixed context vector (Sutskever et al. 2014). */
export interface Seq2SeqConfig extends RecurrentConfig {
  readonly layers: number;
  /** Whether the encoder reads the source backwards. */
  readonly reverseSource: boolean;
  /** Added to the initial biases of an LSTM's forget gates. */
  readonly forgetBias: number;
}

/** Options of seq2seq: its configuration, where only the vocabulary sizes are required. */
export type Seq2SeqOptions = Partial<Seq2SeqConfig> & Vocabularies;

const DEFAULTS = { ...RECURRENT_DEFAULTS, layers: 2, reverseSource: false, forgetBias: 0 } as const;

const KNOWN = [...Object.keys(DEFAULTS), ...VOCABULARIES];

/**
 * Completes options with their defaults, and checks them.
 * @throws OptionError for an unknown option or an invalid value
 */
export function seq2seqConfig(options: Seq2SeqOptions): Seq2SeqConfig {
  checkOptions('seq2seq', options, KNOWN);
  const config = { ...DEFAULTS, ...options };
  checkSizes('seq2seq', config, [...RECURRENT_SIZES, 'layers']);
  if (!Number.isFinite(config.forgetBias)) {
    throw new OptionError(`seq2seq: forgetBias must be a number, found ${config.forgetBias}`);
  }
  return config;
}

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
export function parseSeq2SeqOptions(json: unknown): Seq2SeqOptions {
  const fields = new Fields('seq2seq configuration', json, KNOWN);
  return {
    ...parseRecurrentOptions(fields),
    layers: fields.number('layers', DEFAULTS.layers),
    reverseSource: fields.boolean('reverseSource', DEFAULTS.reverseSource),
    forgetBias: fields.number('forgetBias', DEFAULTS.forgetBias),
  };
}
