/** The configuration of GPT: its defaults, checks and JSON form. */
import { Fields } from '../fields';
import { checkStack, parseStack, STACK_DEFAULTS, type StackConfig } from '../stackConfig';

/** Configuration of GPT. */
export interface GptConfig extends StackConfig {
  /** Whether the output projection shares the embedding's matrix (Press and Wolf 2017). */
  readonly tied: boolean;
}

/** Options of GPT: its configuration, where only the vocabulary's size is required. */
export type GptOptions = Partial<GptConfig> & Pick<GptConfig, 'vocabulary'>;

const DEFAULTS = { ...STACK_DEFAULTS, tied: true } as const;

const KNOWN = [...Object.keys(DEFAULTS), 'vocabulary'];

/**
 * Completes options with their defaults, and checks them.
 * @throws OptionError for an unknown option or an invalid value
 */
export function gptConfig(options: GptOptions): GptConfig {
  const config = { ...DEFAULTS, ...options };
  checkStack('gpt', options, config, KNOWN);
  return config;
}

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
export function parseGptOptions(json: unknown): GptOptions {
  const fields = new Fields('gpt configuration', json, KNOWN);
  return { ...parseStack(fields), tied: fields.boolean('tied', DEFAULTS.tied) };
}
