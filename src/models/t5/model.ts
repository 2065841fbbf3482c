/** T5 as a translation model: from text to text, the task being named in the source. */
import type { Dim } from '../../core/dim';
import { dimAt, type TensorType } from '../../core/shape';
import type { Tensors } from '../../graph/graph';
import type { Tensor } from '../../graph/op';
import { fill } from '../../ops/fill/op';
import { reshape } from '../../ops/view/op';
import type { TranslationModel } from '../model';
import { averageHeads } from '../transformer/model';
import { type T5Options, t5Config } from './config';
import { decode, decodeStep, encode, projectAll } from './network';

/**
 * Makes a T5 (Raffel et al. 2020) for training and translation.
 * @throws OptionError for options that do not fit together
 */
export function t5Model(options: T5Options): TranslationModel {
  const config = t5Config(options);
  const { decoderLayers, maxLength, targetVocabulary, startId } = config;
  const layers = Array.from({ length: decoderLayers }, (_, i) => i);
  const keyValues = (prefix: string, batch: Dim, rows: Dim) => {
    const shape = [batch, rows, 2 * config.heads * config.headSize];
    return Object.fromEntries(
      layers.map((i): [string, TensorType] => [`${prefix}${i}`, { dtype: 'f32', shape }]),
    );
  };
  const named = (prefix: string, tensors: readonly Tensor[]): Tensors =>
    Object.fromEntries(tensors.map((tensor, i) => [`${prefix}${i}`, tensor]));
  return {
    kind: 't5',
    sourceVocabulary: config.sourceVocabulary,
    targetVocabulary,
    attends: true,
    maxLength,
    config,
    logits: (scope, { source, sourceLengths, targetInput }) => {
      const memory = encode(scope, config, source, sourceLengths);
      return decode(scope, config, targetInput, memory, sourceLengths);
    },
    memoryTypes: (batch, sourceLength) => keyValues('memory.', batch, sourceLength),
    encode: (scope, source, lengths) =>
      named('memory.', projectAll(scope, config, encode(scope, config, source, lengths))),
    ...(startId !== undefined && {
      firstToken: (source: Tensor) => fill([dimAt(source, 0), 1], startId, 'i32'),
    }),
    decoderState: (batch) => keyValues('cache.', batch, maxLength),
    step: (scope, { token, position, lengths, memory, state, needsAttention }) => {
      const projected = layers.map((i) => memory(`memory.${i}`));
      const caches = layers.map((i) => state(`cache.${i}`));
      const memories = { projected, lengths, needsWeights: needsAttention };
      const result = decodeStep(scope, config, token, position, memories, caches);
      return {
        logits: reshape(result.logits, [dimAt(token, 0), targetVocabulary]),
        state: named('cache.', result.caches),
        attention: result.attention && averageHeads(result.attention),
      };
    },
  };
}
