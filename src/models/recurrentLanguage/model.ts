/**
 * Recurrent language models (Mikolov et al. 2010), which predict the next token from the state of
 * recurrent layers over the earlier ones. Parameters: embedding, rnn.*, out.
 */
import { structurePasses } from '../../compiler/compile';
import type { LanguageModel } from '../model';
import { lastPositions, lastToken } from '../prompt';
import { recurrentDecoder } from '../recurrentDecoder';
import { kindOf, languageConfig, type RecurrentLanguageOptions } from './config';

/**
 * Makes a recurrent language model for training and generation.
 * @throws OptionError for options that do not fit together
 */
export function recurrentLanguageModel(options: RecurrentLanguageOptions): LanguageModel {
  const config = languageConfig(options);
  const { vocabulary } = config;
  const decoder = recurrentDecoder({
    ...config,
    names: { embedding: 'embedding', layers: 'rnn' },
  });
  return {
    kind: kindOf(config.cell),
    sourceVocabulary: vocabulary,
    targetVocabulary: vocabulary,
    attends: false,
    passes: structurePasses,
    maxLength: config.maxLength,
    config,
    logits: (scope, { targetInput }) => decoder.logits(scope, targetInput),
    memoryTypes: () => ({}),
    // The first step reads the prompt's last token, and its logits predict the first new token.
    encode: (scope, prompt, lengths) =>
      decoder.named(decoder.read(scope, prompt, lastPositions(lengths))),
    firstToken: lastToken,
    decoderState: decoder.stateTypes,
    step: decoder.step,
  };
}
