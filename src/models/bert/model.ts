/**
 * BERT (Devlin et al. 2019): self-attention in both directions, trained to predict masked tokens.
 * Parameters: those of the stack, types.weight if tokens have types, embedding_norm.* if embeddings
 * have a norm, transform.dense.*, transform.norm.*, out.bias.
 */
import type { Tensor } from '../../graph/op';
import { affine, linear } from '../../nn/linear';
import { layerNorm } from '../../nn/norms';
import type { Scope } from '../../nn/parameters';
import { add } from '../../ops/binary/op';
import { fill } from '../../ops/fill/op';
import { gelu } from '../../ops/unary/op';
import type { MaskedLanguageModel } from '../model';
import { DEVIATION, located, type StackParts, stackVectors, tokenTable } from '../stack';
import { type BertConfig, type BertOptions, bertConfig } from './config';

/**
 * Makes a BERT for training and for filling in masks.
 * @throws OptionError for options that do not fit together
 */
export function bertModel(options: BertOptions): MaskedLanguageModel {
  const config = bertConfig(options);
  const { vocabulary, modelSize, maxLength, maskId, headActivation } = config;
  const encode: MaskedLanguageModel['encode'] = (scope, { tokens, lengths, types }) =>
    stackVectors(scope, config, tokens, { keyLengths: lengths }, partsOf(config, types));
  return {
    kind: 'bert',
    config,
    vocabulary,
    classes: vocabulary,
    maxLength,
    perToken: true,
    size: modelSize,
    maskId,
    headActivation,
    encode,
    predict: (scope, vectors) => predict(scope, config, vectors),
    logits: (scope, batch) => predict(scope, config, encode(scope, batch)),
  };
}

/** Types of tokens, a norm and an offset of positions, where the configuration has them. */
function partsOf(config: BertConfig, given: Tensor | undefined): StackParts {
  const { types, embeddingNorm, positionOffset: offset, modelSize, epsilon } = config;
  if (types === 0 && !embeddingNorm && offset === 0) return {};
  const stack = { ...config, maxLength: config.maxLength + offset };
  const typed = (scope: Scope, x: Tensor): Tensor => {
    if (types === 0) return x;
    const start = { kind: 'normal', deviation: DEVIATION } as const;
    const table = scope.child('types').weight('weight', [types, modelSize], start);
    const vectors = table.rows(given ?? fill([1, 1], 0, 'i32'));
    return add(x, scope.child('embedding').note('types', vectors));
  };
  return {
    embed: (scope, ids, positions) => {
      const moved = add(positions, fill(positions.shape, offset, 'i32'));
      const sum = typed(scope, located(scope, stack, ids, offset === 0 ? positions : moved));
      if (!embeddingNorm) return sum;
      return layerNorm(modelSize, { epsilon })(scope.child('embedding_norm'), sum);
    },
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
