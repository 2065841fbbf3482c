/**
 * Sequence to sequence with a fixed context vector (Sutskever et al. 2014): the final states of a
 * deep recurrent encoder initialise the decoder. Parameters: src_embed, tgt_embed, encoder.*,
 * decoder.*, out.
 */
import { structurePasses } from '../../compiler/compile';
import type { Tensor } from '../../graph/op';
import { embedTokens } from '../../nn/embedding';
import type { Scope } from '../../nn/parameters';
import { recurrentLayers } from '../../nn/recurrent';
import type { TranslationModel } from '../model';
import { recurrentDecoder, type States } from '../recurrentDecoder';
import { type Seq2SeqConfig, type Seq2SeqOptions, seq2seqConfig } from './config';

/**
 * The encoder's final state of each layer, the only information on the source that the decoder
 * gets.
 */
function encode(scope: Scope, config: Seq2SeqConfig, source: Tensor, lengths: Tensor): States {
  const { cell, embeddingSize, hiddenSize, layers, dropout, padId, forgetBias } = config;
  const words = embedTokens(scope.child('src_embed'), source, {
    vocabulary: config.sourceVocabulary,
    size: embeddingSize,
    padId,
    dropout,
  });
  const reverse = config.reverseSource;
  const shape = { cell, inputSize: embeddingSize, hiddenSize, layers, forgetBias };
  const options = { ...shape, dropout, reverse };
  return recurrentLayers(scope.child('encoder'), words, options, { lengths }).final;
}

/**
 * Makes a seq2seq model for training and translation.
 * @throws OptionError for options that do not fit together
 */
export function seq2seqModel(options: Seq2SeqOptions): TranslationModel {
  const config = seq2seqConfig(options);
  const decoder = recurrentDecoder({
    ...config,
    vocabulary: config.targetVocabulary,
    names: { embedding: 'tgt_embed', layers: 'decoder' },
  });
  return {
    kind: 'seq2seq',
    sourceVocabulary: config.sourceVocabulary,
    targetVocabulary: config.targetVocabulary,
    attends: false,
    passes: structurePasses,
    maxLength: config.maxLength,
    config,
    logits: (scope, { source, sourceLengths, targetInput }) =>
      decoder.logits(scope, targetInput, encode(scope, config, source, sourceLengths)),
    memoryTypes: () => ({}),
    encode: (scope, source, lengths) => decoder.named(encode(scope, config, source, lengths)),
    decoderState: decoder.stateTypes,
    step: decoder.step,
  };
}
