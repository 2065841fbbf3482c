/** The decoding of a call: that of generation_config.json, with what the call asks for. */
import type { Decoding } from '../../generate/decoder';
import type { GenerationRules } from '../../generate/ruleOptions';

/** What a call can ask for. */
export interface DecodingCall {
  /** Another decoding; rules of the file apply, but those that it has itself. */
  readonly decoding?: Decoding;
  /** Largest number of tokens to generate. */
  readonly maxTokens?: number;
}

/**
 * The decoding of a call.
 * @param file what generation_config.json asks for
 * @param forcedFirst the token that must come first: a language's
 */
export function decodingFor(
  file: Decoding,
  { decoding = file, maxTokens }: DecodingCall,
  forcedFirst?: number,
): Decoding {
  const rules: GenerationRules = {
    ...file.generationRules,
    ...decoding.generationRules,
    ...(maxTokens === undefined ? {} : { maxNewTokens: maxTokens }),
    ...(forcedFirst === undefined ? {} : { forcedFirst }),
  };
  return Object.keys(rules).length === 0 ? decoding : { ...decoding, generationRules: rules };
}
