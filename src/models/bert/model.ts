/**
 * BERT (Devlin et al. 2019): self-attention in both directions, trained to predict masked tokens.
 * Parameters: those of the stack, transform.dense.*, transform.norm.*, out.bias.
 */
import type { Tensor } from '../../graph/op';
import { affine, linear } from '../../nn/linear';
import { layerNorm } from '../../nn/norms';
import type { Scope } from '../../nn/parameters';
import { gelu } from '../../ops/unary/op';
import type { MaskedLanguageModel } from '../model';
import { stackVectors, tokenTable } from '../stack';
import { type BertConfig, type BertOptions, bertConfig } from './config';

/**
 * Makes a BERT for training and for filling in masks.
 * @throws OptionError for options that do not fit together
 */
export function bertModel(options: BertOptions): MaskedLanguageModel {
  const config = bertConfig(options);
  const { vocabulary, modelSize, maxLength, maskId } = config;
  const encode: MaskedLanguageModel['encode'] = (scope, { tokens, lengths }) =>
    stackVectors(scope, config, tokens, { keyLengths: lengths });
  return {
    kind: 'bert',
    config,
    vocabulary,
    classes: vocabulary,
    maxLength,
    perToken: true,
    size: modelSize,
    maskId,
    encode,
    logits: (scope, batch) => predict(scope, config, encode(scope, batch)),
  };
}

/** The head that predicts tokens: a GELU layer, a norm, and the embedding's matrix. */
function predict(scope: Scope, config: BertConfig, vectors: Tensor): Tensor {
  const { vocabulary, modelSize, epsilon } = config;
  const transform = scope.child('transform');
  const hidden = gelu(linear(modelSize, modelSize)(transform.child('dense'), vectors));
  const normal = layerNorm(modelSize, { epsilon })(transform.child('norm'), hidden);
  const bias = scope.child('out').parameter('bias', [vocabulary], { kind: 'zeros' });
  return affine(normal, tokenTable(scope, config), bias);
}
