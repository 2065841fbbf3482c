/**
 * Recurrent language models (Mikolov et al. 2010), which predict the next token from the state of
 * recurrent layers over the earlier ones. Parameters: embedding, rnn.*, out.
 */
import { structurePasses } from '../../compiler/compile';
import { dims } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import { countTo } from '../../nn/lengths';
import { sub } from '../../ops/binary/op';
import { fill } from '../../ops/fill/op';
import { sum } from '../../ops/reduce/op';
import { equal, where } from '../../ops/select/op';
import { reshape } from '../../ops/view/op';
import type { LanguageModel } from '../model';
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

/** i32 [B]: the position of each row's last token. */
function lastPositions(lengths: Tensor): Tensor {
  return sub(lengths, fill(lengths.shape, 1, 'i32'));
}

/**
 * Each row's last token i32 [B, 1].
 * @param tokens i32 [B, L]
 * @param lengths i32 [B], at least 1
 */
function lastToken(tokens: Tensor, lengths: Tensor): Tensor {
  const [batch, length] = dims(tokens, 2, 'tokens');
  const positions = reshape(countTo(length), [1, length]);
  const isLast = equal(positions, reshape(lastPositions(lengths), [batch, 1]));
  const selected = where(isLast, tokens, fill(tokens.shape, 0, 'i32'));
  return reshape(sum(selected, { axis: 1 }), [batch, 1]);
}
