/** The transformer as a translation model. */
import type { Dim } from '../../core/dim';
import { dims, type TensorType } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import { constantTensor } from '../../graph/source';
import { matmul } from '../../ops/matmul/op';
import { reshape } from '../../ops/view/op';
import type { TranslationModel } from '../model';
import { type TransformerOptions, transformerConfig } from './config';
import { decode, decodeStep, encode, type NetworkConfig, projectAll } from './network';

/**
 * Makes a transformer for training and translation.
 * @throws OptionError for options that do not fit together
 */
export function transformerModel(options: TransformerOptions): TranslationModel {
  const config = transformerConfig(options);
  return { ...encoderDecoder(config), kind: 'transformer', config };
}

/** An encoder-decoder for training and translation, all but its name and plain configuration. */
export function encoderDecoder(config: NetworkConfig): Omit<TranslationModel, 'kind' | 'config'> {
  const { modelSize, decoderLayers, maxLength } = config;
  const perLayer = (prefix: string, type: TensorType): Readonly<Record<string, TensorType>> =>
    Object.fromEntries(Array.from({ length: decoderLayers }, (_, i) => [`${prefix}${i}`, type]));
  const keyValues = (batch: Dim, rows: Dim): TensorType => ({
    dtype: 'f32',
    shape: [batch, rows, 2 * modelSize],
  });
  const named = (prefix: string, tensors: ReturnType<typeof projectAll>) =>
    Object.fromEntries(tensors.map((tensor, i) => [`${prefix}${i}`, tensor]));
  const layers = Array.from({ length: decoderLayers }, (_, i) => i);
  return {
    sourceVocabulary: config.sourceVocabulary,
    targetVocabulary: config.targetVocabulary,
    attends: true,
    maxLength,
    logits: (scope, { source, sourceLengths, targetInput }) => {
      const memory = encode(scope, config, source, sourceLengths);
      return decode(scope, config, targetInput, memory, sourceLengths);
    },
    memoryTypes: (batch, sourceLength) => perLayer('memory.', keyValues(batch, sourceLength)),
    encode: (scope, source, lengths) =>
      named('memory.', projectAll(scope, config, encode(scope, config, source, lengths))),
    decoderState: (batch) => perLayer('cache.', keyValues(batch, maxLength)),
    step: (scope, { token, position, lengths, memory, state, needsAttention }) => {
      const memories = layers.map((i) => ({ projected: memory(`memory.${i}`), lengths }));
      const caches = layers.map((i) => state(`cache.${i}`));
      const result = decodeStep(scope, config, token, position, memories, caches, needsAttention);
      return {
        logits: result.logits,
        state: named('cache.', result.caches),
        attention: result.attention && averageHeads(result.attention),
      };
    },
  };
}

/**
 * The mean over heads, [B, heads, 1, S] -> [B, S]. It is computed by a matrix product, because a
 * translator has kernels for products in any case and would need a reduction for this alone.
 */
export function averageHeads(attention: Tensor): Tensor {
  const [batch, heads, , sourceLength] = dims(attention, 4, 'attention');
  const count = Number(heads);
  const data = new Float64Array(count).fill(1 / count);
  const equal = constantTensor({ shape: [1, count], data });
  const mean = matmul(equal, reshape(attention, [batch, heads, sourceLength]));
  return reshape(mean, [batch, sourceLength]);
}
