/** The configuration of BART: its defaults, checks and JSON form. */
import { checkOptions } from '../../core/errors';
import { checkMask } from '../checks';
import { Fields } from '../fields';
import {
  parseTransformerFields,
  TRANSFORMER_DEFAULTS,
  type TransformerConfig,
  transformerConfig,
} from '../transformer/config';

/** Configuration of BART: that of a transformer whose source and target have one vocabulary. */
export interface BartConfig
  extends Omit<TransformerConfig, 'sourceVocabulary' | 'targetVocabulary' | 'tied'> {
  readonly vocabulary: number;
  /** Id of the mask, one of the vocabulary. */
  readonly maskId: number;
}

/**
 * Options of BART: its configuration, where only the vocabulary's size and the mask are required.
 */
export type BartOptions = Partial<BartConfig> & Pick<BartConfig, 'vocabulary' | 'maskId'>;

const { tied: _, ...SHARED } = TRANSFORMER_DEFAULTS;

const DEFAULTS = { ...SHARED, activation: 'gelu', normFirst: true } as const;

const KNOWN = [...Object.keys(DEFAULTS), 'vocabulary', 'maskId'];

/**
 * Completes options with their defaults, and checks them.
 * @throws OptionError for an unknown option or an invalid value
 */
export function bartConfig(options: BartOptions): BartConfig {
  checkOptions('bart', options, KNOWN);
  checkMask('bart', options);
  const config = { ...DEFAULTS, ...options };
  networkConfig(config);
  return config;
}

/** The configuration of its transformer. @throws OptionError for an invalid value */
export function networkConfig({ vocabulary, maskId: _mask, ...config }: BartConfig) {
  const vocabularies = { sourceVocabulary: vocabulary, targetVocabulary: vocabulary };
  return transformerConfig({ ...config, ...vocabularies, tied: 'all' });
}

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
export function parseBartOptions(json: unknown): BartOptions {
  const fields = new Fields('bart configuration', json, KNOWN);
  return {
    ...parseTransformerFields(fields, DEFAULTS),
    vocabulary: fields.number('vocabulary'),
    maskId: fields.number('maskId'),
  };
}
