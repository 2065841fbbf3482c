/**
 * Sequence to sequence with a fixed context vector (Sutskever et al. 2014): a deep recurrent encoder whose
 * last states start the decoder's. Parameters: src_embed, tgt_embed, encoder.*, decoder.*, out.
 */
import type { Dim } from '../core/dim';
import type { TensorType } from '../core/shape';
import type { Lookup } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { linear, linearBound } from '../nn/layers';
import type { Scope } from '../nn/parameters';
import {
  type RecurrentOptions,
  type RecurrentResult,
  recurrentLayers,
  recurrentLayersStep,
} from '../nn/recurrent';
import { embedding } from '../ops/embedding/op';
import { reshape } from '../ops/view/op';
import type { TranslationModel } from './model';
import { type Seq2SeqConfig, type Seq2SeqOptions, seq2seqConfig } from './recurrentConfig';

function layerOptions(config: Seq2SeqConfig): RecurrentOptions {
  const { cell, embeddingSize, hiddenSize, layers, dropout } = config;
  return { cell, inputSize: embeddingSize, hiddenSize, layers, dropout };
}

/** Word vectors N(0, 1) with dropout. @param ids i32 [...] */
function embed(
  scope: Scope,
  { embeddingSize, padId, dropout }: Seq2SeqConfig,
  name: string,
  vocabulary: number,
  ids: Tensor,
): Tensor {
  const start = { kind: 'normal', deviation: 1, zeroRow: padId } as const;
  const table = scope.child(name).parameter('weight', [vocabulary, embeddingSize], start);
  return scope.dropout(embedding(ids, table, { paddingIndex: padId }), dropout);
}

/** The encoder's last states, layer by layer: all that the decoder learns of a source. */
function encode(
  scope: Scope,
  config: Seq2SeqConfig,
  source: Tensor,
  lengths: Tensor,
): RecurrentResult['final'] {
  const words = embed(scope, config, 'src_embed', config.sourceVocabulary, source);
  const options = { ...layerOptions(config), reverse: config.reverseSource };
  return recurrentLayers(scope.child('encoder'), words, options, { lengths }).final;
}

function generate(scope: Scope, config: Seq2SeqConfig, x: Tensor): Tensor {
  const { hiddenSize, targetVocabulary, dropout } = config;
  const start = linearBound(hiddenSize);
  const kept = scope.dropout(x, dropout);
  return linear(scope.child('out'), kept, hiddenSize, targetVocabulary, start);
}

/**
 * A fixed-vector model for training and translation.
 * @throws OptionError for options that do not fit together
 */
export function seq2seqModel(options: Seq2SeqOptions): TranslationModel {
  const config = seq2seqConfig(options);
  const { hiddenSize, layers, maxLength } = config;
  const hasCell = config.cell === 'lstm';
  const each = Array.from({ length: layers }, (_, i) => i);
  const named = (states: RecurrentResult['final']): Readonly<Record<string, Tensor>> =>
    Object.fromEntries(
      states.flatMap(({ hidden, cell }, i) => [
        [`state.${i}.hidden`, hidden] as const,
        ...(cell === undefined ? [] : [[`state.${i}.cell`, cell] as const]),
      ]),
    );
  const statesOf = (state: Lookup) =>
    each.map((i) => ({
      hidden: state(`state.${i}.hidden`),
      cell: hasCell ? state(`state.${i}.cell`) : undefined,
    }));
  const stateTypes = (batch: Dim): Readonly<Record<string, TensorType>> => {
    const type = { dtype: 'f32', shape: [batch, hiddenSize] } as const;
    return Object.fromEntries(
      each.flatMap((i) => [
        [`state.${i}.hidden`, type] as const,
        ...(hasCell ? [[`state.${i}.cell`, type] as const] : []),
      ]),
    );
  };
  const embedTarget = (scope: Scope, ids: Tensor) =>
    embed(scope, config, 'tgt_embed', config.targetVocabulary, ids);
  return {
    kind: 'seq2seq',
    sourceVocabulary: config.sourceVocabulary,
    targetVocabulary: config.targetVocabulary,
    attends: false,
    maxLength,
    config,
    logits: (scope, { source, sourceLengths, targetInput }) => {
      const initial = encode(scope, config, source, sourceLengths);
      const words = embedTarget(scope, targetInput);
      const decoder = scope.child('decoder');
      const { y } = recurrentLayers(decoder, words, layerOptions(config), { initial });
      return generate(scope, config, y);
    },
    memoryTypes: () => ({}),
    encode: (scope, source, lengths) => named(encode(scope, config, source, lengths)),
    decoderState: stateTypes,
    step: (scope, { token, state }) => {
      const [batch = 1] = token.shape;
      const words = embedTarget(scope, reshape(token, [batch]));
      const decoder = scope.child('decoder');
      const next = recurrentLayersStep(decoder, words, statesOf(state), layerOptions(config));
      const top = next.at(-1)?.hidden ?? words;
      return { logits: generate(scope, config, top), state: named(next), weights: undefined };
    },
  };
}
