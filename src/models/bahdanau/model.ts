/**
 * RNNsearch (Bahdanau et al. 2015): a bidirectional recurrent encoder, and a decoder that attends
 * to the encoder's states at every time step. Parameters: src_embed, tgt_embed, encoder.*, bridge,
 * query_layer, key_layer, energy_layer, cell.*, readout, out.
 */
import { structurePasses } from '../../compiler/compile';
import type { Dim } from '../../core/dim';
import { defined } from '../../core/errors';
import { dimAt, type TensorType } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import { embeddingWeight, embedTokens } from '../../nn/embedding';
import { affine, linear } from '../../nn/linear';
import type { Scope } from '../../nn/parameters';
import {
  cellStep,
  type RecurrentOptions,
  recurrentLayers,
  recurrentParameters,
} from '../../nn/recurrent';
import { attend, projectKeys, type SequenceAttentionOptions } from '../../nn/sequenceAttention';
import { add } from '../../ops/binary/op';
import { concat } from '../../ops/concat/op';
import { zerosLike } from '../../ops/fill/op';
import { matmul } from '../../ops/matmul/op';
import { slice, transpose } from '../../ops/movement/op';
import { scan } from '../../ops/scan/op';
import { tanh } from '../../ops/unary/op';
import { reshape } from '../../ops/view/op';
import type { TranslationModel } from '../model';
import { type BahdanauConfig, type BahdanauOptions, bahdanauConfig } from './config';

/** The decoder's recurrent state. */
interface State {
  readonly hidden: Tensor;
  readonly cell: Tensor | undefined;
}

/** The encoder's output as the decoder uses it: keys, values and lengths. */
interface Memory {
  readonly projected: Tensor;
  readonly values: Tensor;
  readonly lengths: Tensor;
}

/**
 * Size of the encoder's states, both directions concatenated. Dot products need the size of the
 * decoder's.
 */
function keySizeOf({ score, hiddenSize }: BahdanauConfig): number {
  return score === 'dot' ? hiddenSize : 2 * hiddenSize;
}

function encoderOptions(config: BahdanauConfig): RecurrentOptions {
  const { cell, embeddingSize } = config;
  const hiddenSize = keySizeOf(config) / 2;
  return { cell, inputSize: embeddingSize, hiddenSize, bidirectional: true };
}

function attentionOptions(config: BahdanauConfig): SequenceAttentionOptions {
  const { score, hiddenSize, attentionSize } = config;
  return { score, querySize: hiddenSize, keySize: keySizeOf(config), size: attentionSize };
}

function encode(
  scope: Scope,
  config: BahdanauConfig,
  source: Tensor,
  lengths: Tensor,
): { readonly memory: Memory; readonly state: State } {
  const { hiddenSize } = config;
  const words = embed(scope, config, 'src_embed', source);
  const encoder = scope.child('encoder');
  const { y, final } = recurrentLayers(encoder, words, encoderOptions(config), { lengths });
  const names = scope.child('attention');
  const values = names.note('v', scope.dropout(y, config.dropout));
  const projected = projectKeys(scope, values, attentionOptions(config), names);
  const ends = final.map(({ hidden }) => hidden);
  const keySize = keySizeOf(config);
  const bridge = linear(keySize, hiddenSize)(scope.child('bridge'), concat(ends, 1));
  const hidden = tanh(bridge);
  const cell = config.cell === 'lstm' ? zerosLike(hidden) : undefined;
  return { memory: { projected, values, lengths }, state: { hidden, cell } };
}

/** Token embeddings with dropout. @param ids i32 [...]  @returns [..., embeddingSize] */
function embed(
  scope: Scope,
  config: BahdanauConfig,
  name: 'src_embed' | 'tgt_embed',
  ids: Tensor,
): Tensor {
  const { embeddingSize: size, padId, dropout, tied } = config;
  const vocabulary = name === 'src_embed' ? config.sourceVocabulary : config.targetVocabulary;
  const options = { vocabulary, size, padId, dropout, deviation: deviationOf(config) };
  const table = scope.child(tied === 'all' ? 'tgt_embed' : name);
  return embedTokens(scope.child(name), ids, options, table);
}

/** Standard deviation of the initial embeddings; small enough for logits where these share it. */
function deviationOf({ tied, embeddingSize }: BahdanauConfig): number {
  return tied === 'none' ? 1 : embeddingSize ** -0.5;
}

/**
 * The decoder's cell, whose input is [embedding; context]. Its input weight is split into these two
 * parts, so that the products of all embeddings are computed at once.
 */
function decoderCell(scope: Scope, config: BahdanauConfig) {
  const { cell, embeddingSize, hiddenSize } = config;
  const inputSize = embeddingSize + keySizeOf(config);
  const options = { cell, inputSize, hiddenSize };
  const cellScope = scope.child('cell');
  const parameters = recurrentParameters(cellScope, options);
  const { weightIn, biasIn } = parameters;
  const rows = dimAt(weightIn, 0);
  const columns = (from: number, to: number) =>
    slice(weightIn, { starts: [0, from], ends: [rows, to] });
  const wordWeight = columns(0, embeddingSize);
  const contextWeight = columns(embeddingSize, inputSize);
  const attention = attentionOptions(config);
  return {
    /** The embeddings' part of the input projections. @param words [..., embeddingSize] */
    wordProducts: (words: Tensor): Tensor => {
      const products = matmul(words, wordWeight, { transposeB: true });
      return biasIn === undefined ? products : add(products, biasIn);
    },
    /**
     * One time step: attention, then the cell.
     * @param products a token's [B, gates * hiddenSize]
     */
    step: (products: Tensor, state: State, { projected, values, lengths }: Memory) => {
      const names = scope.child('attention');
      const attended = attend(scope, state.hidden, projected, values, lengths, attention, names);
      const input = add(matmul(attended.context, contextWeight, { transposeB: true }), products);
      const next = cellStep(cellScope, '', cell, input, parameters, state);
      const after = { ...next, hidden: cellScope.note('hidden', next.hidden) };
      return { ...attended, state: after };
    },
  };
}

/**
 * The features that logits are computed from: [state; context; embedding], optionally through a
 * tanh layer.
 */
function readout(scope: Scope, config: BahdanauConfig, parts: readonly Tensor[]): Tensor {
  const joined = scope.dropout(concat(parts, -1), config.dropout);
  if (config.readout === 'linear') return joined;
  const size = readoutSize({ ...config, readout: 'linear' });
  return tanh(linear(size, readoutSize(config))(scope.child('readout'), joined));
}

function readoutSize(config: BahdanauConfig): number {
  const { readout: kind, hiddenSize, embeddingSize, tied } = config;
  if (kind === 'linear') return hiddenSize + keySizeOf(config) + embeddingSize;
  return tied === 'none' ? hiddenSize : embeddingSize;
}

function generate(scope: Scope, config: BahdanauConfig, x: Tensor): Tensor {
  const { targetVocabulary, embeddingSize, padId: paddingIndex, tied } = config;
  const out = scope.child('out');
  if (tied === 'none') return linear(readoutSize(config), targetVocabulary)(out, x);
  const options = { paddingIndex, deviation: deviationOf(config) };
  const table = scope.child('tgt_embed');
  const weight = embeddingWeight(table, targetVocabulary, embeddingSize, options);
  return affine(x, weight, out.parameter('bias', [targetVocabulary], { kind: 'zeros' }));
}

/** Teacher forcing. @returns logits [B, T, targetVocabulary] and attention weights [B, T, S] */
export function bahdanauForward(
  scope: Scope,
  config: BahdanauConfig,
  { source, sourceLengths, targetInput }: Parameters<TranslationModel['logits']>[1],
): { readonly logits: Tensor; readonly attention: Tensor } {
  const { memory, state } = encode(scope, config, source, sourceLengths);
  // The loop slices its inputs along the first axis, so that time is the first axis until the
  // logits.
  const ids = transpose(targetInput, [1, 0]);
  const words = embed(scope, config, 'tgt_embed', ids);
  const { wordProducts, step } = decoderCell(scope, config);
  const start = [state.hidden, ...(state.cell === undefined ? [] : [state.cell])];
  const { ys } = scope.loop(scan)(
    ([hidden = state.hidden, cell], [products = words]) => {
      const next = step(products, { hidden, cell }, memory);
      const carry = [next.state.hidden, ...(next.state.cell ? [next.state.cell] : [])];
      return { carry, y: [next.state.hidden, next.context, next.weights] };
    },
    start,
    [wordProducts(words)],
  );
  const [states, contexts, attention] = ys.map((y) => defined(y, 'y'));
  const parts = [defined(states, 'states'), defined(contexts, 'contexts'), words];
  const read = transpose(readout(scope, config, parts), [1, 0, 2]);
  return {
    logits: generate(scope, config, read),
    attention: transpose(defined(attention, 'attention'), [1, 0, 2]),
  };
}

/**
 * Makes an RNNsearch model for training and translation.
 * @throws OptionError for options that do not fit together
 */
export function bahdanauModel(options: BahdanauOptions): TranslationModel {
  const config = bahdanauConfig(options);
  const { hiddenSize, cell, score, attentionSize, maxLength } = config;
  const hasCell = cell === 'lstm';
  const keySize = keySizeOf(config);
  const projectedSize = { additive: attentionSize, general: hiddenSize, dot: keySize }[score];
  const states = (batch: Dim): Readonly<Record<string, TensorType>> => {
    const type = { dtype: 'f32', shape: [batch, hiddenSize] } as const;
    return { 'state.hidden': type, ...(hasCell ? { 'state.cell': type } : {}) };
  };
  const namedState = (state: State) => ({
    'state.hidden': state.hidden,
    ...(state.cell === undefined ? {} : { 'state.cell': state.cell }),
  });
  return {
    kind: 'bahdanau',
    sourceVocabulary: config.sourceVocabulary,
    targetVocabulary: config.targetVocabulary,
    attends: true,
    passes: structurePasses,
    maxLength,
    config,
    logits: (scope, batch) => bahdanauForward(scope, config, batch).logits,
    memoryTypes: (batch, sourceLength) => ({
      'memory.projected': { dtype: 'f32', shape: [batch, sourceLength, projectedSize] },
      'memory.values': { dtype: 'f32', shape: [batch, sourceLength, keySize] },
    }),
    encode: (scope, source, lengths) => {
      const { memory, state } = encode(scope, config, source, lengths);
      return {
        'memory.projected': memory.projected,
        'memory.values': memory.values,
        ...namedState(state),
      };
    },
    decoderState: states,
    step: (scope, { token, lengths, memory, state }) => {
      const batch = dimAt(token, 0);
      const ids = reshape(token, [batch]);
      const words = embed(scope, config, 'tgt_embed', ids);
      const { wordProducts, step } = decoderCell(scope, config);
      const before = {
        hidden: state('state.hidden'),
        cell: hasCell ? state('state.cell') : undefined,
      };
      const encoded = {
        projected: memory('memory.projected'),
        values: memory('memory.values'),
        lengths,
      };
      const next = step(wordProducts(words), before, encoded);
      const parts = [next.state.hidden, next.context, words];
      return {
        logits: generate(scope, config, readout(scope, config, parts)),
        state: namedState(next.state),
        attention: next.weights,
      };
    },
  };
}
