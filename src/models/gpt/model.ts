/**
 * GPT (Radford et al. 2018, 2019): causal self-attention over the text so far, which predicts the
 * next token. Parameters: those of the stack, and out.weight if it is not tied.
 */
import { decoderOnly } from '../decoderOnly';
import type { LanguageModel } from '../model';
import { type GptOptions, gptConfig } from './config';

/**
 * Makes a GPT for training and generation.
 * @throws OptionError for options that do not fit together
 */
export function gptModel(options: GptOptions): LanguageModel {
  const config = gptConfig(options);
  return decoderOnly('gpt', config, config);
}
