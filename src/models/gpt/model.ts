/**
 * GPT (Radford et al. 2018, 2019): causal self-attention over the text so far, which predicts the
 * next token. Parameters: those of the stack, and out.weight if it is not tied.
 */
import type { Dim } from '../../core/dim';
import { dimAt, type TensorType } from '../../core/shape';
import type { Lookup, Tensors } from '../../graph/graph';
import type { Tensor } from '../../graph/op';
import { xavierUniform } from '../../nn/initialisers';
import type { Scope } from '../../nn/parameters';
import { fill } from '../../ops/fill/op';
import { reshape } from '../../ops/view/op';
import type { LanguageModel } from '../model';
import { lastPositions, lastToken } from '../prompt';
import { cachedVectors, stackVectors, tokenTable } from '../stack';
import { type GptConfig, type GptOptions, gptConfig } from './config';

/**
 * Makes a GPT for training and generation.
 * @throws OptionError for options that do not fit together
 */
export function gptModel(options: GptOptions): LanguageModel {
  const config = gptConfig(options);
  const { vocabulary, modelSize, layers, maxLength } = config;
  const names = Array.from({ length: layers }, (_, i) => `cache.${i}`);
  const cacheShape = (batch: Dim) => [batch, maxLength, 2 * modelSize];
  const named = (caches: readonly Tensor[]): Tensors =>
    Object.fromEntries(caches.map((cache, i) => [`cache.${i}`, cache]));
  return {
    kind: 'gpt',
    sourceVocabulary: vocabulary,
    targetVocabulary: vocabulary,
    attends: false,
    maxLength,
    config,
    logits: (scope, { targetInput }) =>
      predict(scope, config, stackVectors(scope, config, targetInput, { causal: true })),
    memoryTypes: () => ({}),
    // The prompt fills the caches. Its last token is read again by the first step, whose logits
    // predict the first new token.
    encode: (scope, prompt) => {
      const batch = dimAt(prompt, 0);
      const empty = names.map(() => fill(cacheShape(batch), 0));
      const start = fill([batch], 0, 'i32');
      return named(cachedVectors(scope, config, prompt, empty, start).caches);
    },
    firstToken: lastToken,
    firstPosition: lastPositions,
    decoderState: (batch) =>
      Object.fromEntries(
        names.map((name): [string, TensorType] => [
          name,
          { dtype: 'f32', shape: cacheShape(batch) },
        ]),
      ),
    step: (scope, { token, position, state }) => {
      const { vectors, caches } = cachedVectors(
        scope,
        config,
        token,
        cachesOf(names, state),
        position,
      );
      const last = reshape(vectors, [dimAt(token, 0), modelSize]);
      return { logits: predict(scope, config, last), state: named(caches), attention: undefined };
    },
  };
}

function cachesOf(names: readonly string[], state: Lookup): readonly Tensor[] {
  return names.map((name) => state(name));
}

/** Logits of the next token. @param vectors [..., modelSize] */
function predict(scope: Scope, config: GptConfig, vectors: Tensor): Tensor {
  const { vocabulary, modelSize, tied } = config;
  const weight = tied
    ? tokenTable(scope, config)
    : scope.child('out').weight('weight', [vocabulary, modelSize], xavierUniform());
  return weight.product(vectors);
}
