/**
 * Recurrent layers that predict the next token from their state: the decoder of seq2seq, and the
 * whole of a recurrent language model.
 */
import type { Dim } from '../core/dim';
import { defined } from '../core/errors';
import { dimAt, type TensorType } from '../core/shape';
import type { Lookup, Tensors } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { embeddingWeight, embedTokens, type TokenOptions } from '../nn/embedding';
import { affine, linear } from '../nn/linear';
import type { Scope } from '../nn/parameters';
import {
  type CellName,
  type RecurrenceState,
  type RecurrentOptions,
  type RecurrentResult,
  recurrentLayers,
  recurrentLayersStep,
} from '../nn/recurrent';
import { reshape } from '../ops/view/op';
import type { DecodeStep, DecodeStepResult } from './model';

export interface RecurrentDecoderConfig {
  readonly cell: CellName;
  readonly vocabulary: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  /** Dropout rate of embeddings, between layers and before the logits (Zaremba et al. 2014). */
  readonly dropout: number;
  readonly padId: number;
  /**
   * Whether the output projection shares the embedding's matrix (Press and Wolf 2017) (default
   * false). Both sizes must be equal, and the initial vectors are small enough for both uses.
   */
  readonly tied?: boolean;
  /** Added to the initial biases of an LSTM's forget gates (default 0). */
  readonly forgetBias?: number;
  /** Prefixes of the parameters' names other than `out`. */
  readonly names: { readonly embedding: string; readonly layers: string };
}

/** One state for each layer. */
export type States = RecurrentResult['final'];

export interface RecurrentDecoder {
  /** Logits of the token after each position [B, T, vocabulary]. @param tokens i32 [B, T] */
  logits(scope: Scope, tokens: Tensor, initial?: readonly RecurrenceState[]): Tensor;
  /**
   * The states after the first `lengths` tokens.
   * @param tokens i32 [B, T]
   * @param lengths i32 [B]
   */
  read(scope: Scope, tokens: Tensor, lengths: Tensor): States;
  /** Types of the states by the names of `named`. */
  stateTypes(batch: Dim): Readonly<Record<string, TensorType>>;
  /** The states by name. */
  named(states: States): Tensors;
  /** Predicts the next token. */
  step(scope: Scope, step: Pick<DecodeStep, 'token' | 'state'>): DecodeStepResult;
}

/** Makes a decoder. @param config checked by the caller */
export function recurrentDecoder(config: RecurrentDecoderConfig): RecurrentDecoder {
  const { cell, embeddingSize, hiddenSize, layers, dropout, names, forgetBias = 0 } = config;
  const options: RecurrentOptions = {
    cell,
    inputSize: embeddingSize,
    hiddenSize,
    layers,
    dropout,
    forgetBias,
  };
  const hasCell = cell === 'lstm';
  const each = Array.from({ length: layers }, (_, i) => i);
  const embed = (scope: Scope, ids: Tensor) =>
    embedTokens(scope.child(names.embedding), ids, tableOf(config));
  const statesOf = (state: Lookup): States =>
    each.map((i) => ({
      hidden: state(`state.${i}.hidden`),
      cell: hasCell ? state(`state.${i}.cell`) : undefined,
    }));
  return {
    logits: (scope, tokens, initial) => {
      const words = embed(scope, tokens);
      const layerScope = scope.child(names.layers);
      return project(scope, config, recurrentLayers(layerScope, words, options, { initial }).y);
    },
    read: (scope, tokens, lengths) =>
      recurrentLayers(scope.child(names.layers), embed(scope, tokens), options, { lengths }).final,
    stateTypes: (batch) => {
      const type = { dtype: 'f32', shape: [batch, hiddenSize] } as const;
      const parts = hasCell ? ['hidden', 'cell'] : ['hidden'];
      return Object.fromEntries(
        each.flatMap((i) => parts.map((part) => [`state.${i}.${part}`, type])),
      );
    },
    named,
    step: (scope, { token, state }) => {
      const words = embed(scope, reshape(token, [dimAt(token, 0)]));
      const next = recurrentLayersStep(scope.child(names.layers), words, statesOf(state), options);
      const top = defined(next.at(-1), 'layer').hidden;
      return { logits: project(scope, config, top), state: named(next), attention: undefined };
    },
  };
}

function tableOf(config: RecurrentDecoderConfig): TokenOptions {
  const { vocabulary, embeddingSize: size, padId, dropout, tied = false } = config;
  return { vocabulary, size, padId, dropout, ...(tied ? { deviation: size ** -0.5 } : {}) };
}

function named(states: States): Tensors {
  return Object.fromEntries(
    states.flatMap(({ hidden, cell }, i) => [
      [`state.${i}.hidden`, hidden] as const,
      ...(cell === undefined ? [] : [[`state.${i}.cell`, cell] as const]),
    ]),
  );
}

/** Logits. @param x [..., hiddenSize] */
function project(scope: Scope, config: RecurrentDecoderConfig, x: Tensor): Tensor {
  const { hiddenSize, vocabulary, dropout, tied = false, names } = config;
  const dropped = scope.dropout(x, dropout);
  const out = scope.child('out');
  if (!tied) return linear(hiddenSize, vocabulary)(out, dropped);
  const { size, padId: paddingIndex, deviation = 1 } = tableOf(config);
  const table = scope.child(names.embedding);
  const weight = embeddingWeight(table, vocabulary, size, { paddingIndex, deviation });
  return affine(dropped, weight, out.parameter('bias', [vocabulary], { kind: 'zeros' }));
}
