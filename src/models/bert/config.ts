/** The configuration of BERT: its defaults, checks and JSON form. */
import { checkMask } from '../checks';
import { Fields } from '../fields';
import { checkStack, parseStack, STACK_DEFAULTS, type StackConfig } from '../stackConfig';

/** Configuration of BERT. */
export interface BertConfig extends StackConfig {
  /** Id of the mask, one of the vocabulary. */
  readonly maskId: number;
}

/**
 * Options of BERT: its configuration, where only the vocabulary's size and the mask are required.
 */
export type BertOptions = Partial<BertConfig> & Pick<BertConfig, 'vocabulary' | 'maskId'>;

const KNOWN = [...Object.keys(STACK_DEFAULTS), 'vocabulary', 'maskId'];

/**
 * Completes options with their defaults, and checks them.
 * @throws OptionError for an unknown option or an invalid value
 */
export function bertConfig(options: BertOptions): BertConfig {
  const config = { ...STACK_DEFAULTS, ...options };
  checkStack('bert', options, config, KNOWN);
  checkMask('bert', config);
  return config;
}

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
export function parseBertOptions(json: unknown): BertOptions {
  const fields = new Fields('bert configuration', json, KNOWN);
  return { ...parseStack(fields), maskId: fields.number('maskId') };
}
