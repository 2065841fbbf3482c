/** The configuration of BERT: its defaults, checks and JSON form. */
import { OptionError } from '../../core/errors';
import { checkMask } from '../checks';
import { Fields } from '../fields';
import type { HeadActivation } from '../model';
import { checkStack, parseStack, STACK_DEFAULTS, type StackConfig } from '../stackConfig';

/** Configuration of BERT. */
export interface BertConfig extends StackConfig {
  /** Id of the mask, one of the vocabulary; -1 for a model that only reads. */
  readonly maskId: number;
  /** Number of types of tokens, which have vectors: 2 for pairs of texts (default 0). */
  readonly types: number;
  /** Whether a norm follows the sum of the embeddings (default false). */
  readonly embeddingNorm: boolean;
  /** Rows of the table of positions before that of the first token (default 0). */
  readonly positionOffset: number;
  /** Activation of the hidden layer of classifiers (default 'tanh'). */
  readonly headActivation: HeadActivation;
}

/**
 * Options of BERT: its configuration, where only the vocabulary's size and the mask are required.
 */
export type BertOptions = Partial<BertConfig> & Pick<BertConfig, 'vocabulary' | 'maskId'>;

const PLAIN = { types: 0, embeddingNorm: false, positionOffset: 0 } as const;

const DEFAULTS = { ...STACK_DEFAULTS, ...PLAIN, headActivation: 'tanh' } as const;

const KNOWN = [...Object.keys(DEFAULTS), 'vocabulary', 'maskId'];

/**
 * Completes options with their defaults, and checks them.
 * @throws OptionError for an unknown option or an invalid value
 */
export function bertConfig(options: BertOptions): BertConfig {
  const config = { ...DEFAULTS, ...options };
  checkStack('bert', options, config, KNOWN);
  for (const name of ['types', 'positionOffset'] as const) {
    if (Number.isInteger(config[name]) && config[name] >= 0) continue;
    throw new OptionError(`bert: ${name} must be 0 or a whole number above, found ${config[name]}`);
  }
  if (config.maskId !== -1) checkMask('bert', config);
  return config;
}

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
export function parseBertOptions(json: unknown): BertOptions {
  const fields = new Fields('bert configuration', json, KNOWN);
  return {
    ...parseStack(fields),
    ...fields.like(PLAIN),
    maskId: fields.number('maskId'),
    headActivation: fields.oneOf('headActivation', ['tanh', 'relu'], DEFAULTS.headActivation),
  };
}
