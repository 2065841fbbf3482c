/**
 * Decoder-only models: causal self-attention over the text so far, which predicts the next token.
 * Parameters: those of the stack, and out.weight if the output is not tied to the embedding.
 */
import type { Dim } from '../core/dim';
import { dimAt, type TensorType } from '../core/shape';
import type { Lookup, Tensors } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { xavierUniform } from '../nn/initialisers';
import type { Scope } from '../nn/parameters';
import { fill } from '../ops/fill/op';
import { reshape } from '../ops/view/op';
import type { LanguageModel } from './model';
import { lastPositions, lastToken } from './prompt';
import { cachedVectors, type StackParts, stackVectors, tokenTable } from './stack';
import type { StackConfig } from './stackConfig';

/** Configuration of a decoder-only model. */
export interface DecoderOnlyConfig extends StackConfig {
  /** Whether the output projection shares the embedding's matrix (Press and Wolf 2017). */
  readonly tied: boolean;
}

/** Parts of a decoder-only model that differ from GPT's. */
export interface DecoderOnlyParts extends StackParts {
  /** Number of channels of a position in a cache (default: 2 * modelSize). */
  readonly cacheColumns?: number;
}

/**
 * Makes a decoder-only model.
 * @param options the configuration that the kind's users see
 * @param config the configuration of the stack
 */
export function decoderOnly(
  kind: string,
  options: object,
  config: DecoderOnlyConfig,
  parts: DecoderOnlyParts = {},
): LanguageModel {
  const { vocabulary, modelSize, layers, maxLength } = config;
  const names = Array.from({ length: layers }, (_, i) => `cache.${i}`);
  const { cacheColumns = 2 * modelSize, ...own } = parts;
  const cacheShape = (batch: Dim) => [batch, maxLength, cacheColumns];
  const named = (caches: readonly Tensor[]): Tensors =>
    Object.fromEntries(caches.map((cache, i) => [`cache.${i}`, cache]));
  return {
    kind,
    sourceVocabulary: vocabulary,
    targetVocabulary: vocabulary,
    attends: false,
    maxLength,
    config: options,
    logits: (scope, { targetInput }) =>
      predict(scope, config, stackVectors(scope, config, targetInput, { causal: true }, own)),
    memoryTypes: () => ({}),
    // The prompt fills the caches. Its last token is read again by the first step, whose logits
    // predict the first new token.
    encode: (scope, prompt) => {
      const batch = dimAt(prompt, 0);
      const empty = names.map(() => fill(cacheShape(batch), 0));
      const start = fill([batch], 0, 'i32');
      return named(cachedVectors(scope, config, prompt, empty, start, own).caches);
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
        own,
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
function predict(scope: Scope, config: DecoderOnlyConfig, vectors: Tensor): Tensor {
  const { vocabulary, modelSize, tied } = config;
  const weight = tied
    ? tokenTable(scope, config)
    : scope.child('out').weight('weight', [vocabulary, modelSize], xavierUniform());
  return weight.product(vectors);
}
