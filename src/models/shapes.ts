/**
 * Sequence models by the shapes of input and output: one to one, one to many, many to one, and many
 * to many with one label for each token. Many to many of different lengths is translation
 * (seq2seq.ts).
 */

import { checkOptions } from '../core/errors';
import { dimAt } from '../core/shape';
import type { Tensor } from '../graph/op';
import { embedTokens } from '../nn/embedding';
import { xavierUniform } from '../nn/initialisers';
import { zeroPast } from '../nn/lengths';
import { linear } from '../nn/linear';
import type { Scope } from '../nn/parameters';
import { type CellName, type RecurrentResult, recurrentLayers } from '../nn/recurrent';
import { concat } from '../ops/concat/op';
import { zerosLike } from '../ops/fill/op';
import { sum } from '../ops/reduce/op';
import { tanh } from '../ops/unary/op';
import { reshape } from '../ops/view/op';
import { checkSizes } from './checks';
import type { Labeller, Sequences, TranslationModel } from './model';
import { recurrentDecoder } from './recurrentDecoder';

/** Configuration of a sequence model. */
export interface ShapeConfig {
  /** Number of input ids: tokens, or the features that `oneToMany` generates from. */
  readonly vocabulary: number;
  /** Number of output ids: labels, or the tokens that `oneToMany` generates. */
  readonly classes: number;
  readonly cell: CellName;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly dropout: number;
  /** Longest sequence in tokens; memory is allocated for it. */
  readonly maxLength: number;
  readonly padId: number;
}

/**
 * Options of a sequence model: its configuration, where only `vocabulary` and `classes` are
 * required.
 */
export type ShapeOptions = Partial<ShapeConfig> & Pick<ShapeConfig, 'vocabulary' | 'classes'>;

const DEFAULTS = {
  cell: 'gru',
  embeddingSize: 32,
  hiddenSize: 32,
  layers: 1,
  dropout: 0,
  maxLength: 64,
  padId: 0,
} as const;

const SIZES = [
  'vocabulary',
  'classes',
  'embeddingSize',
  'hiddenSize',
  'layers',
  'maxLength',
] as const;

function configOf(shape: string, options: ShapeOptions): ShapeConfig {
  checkOptions(shape, options, [...Object.keys(DEFAULTS), 'vocabulary', 'classes']);
  const config = { ...DEFAULTS, ...options };
  checkSizes(shape, config, SIZES);
  return config;
}

function embed(scope: Scope, config: ShapeConfig, ids: Tensor): Tensor {
  const { vocabulary, embeddingSize: size, padId, dropout } = config;
  return embedTokens(scope.child('embedding'), ids, { vocabulary, size, padId, dropout });
}

/** Logits of the labels [..., classes]. @param x features [..., size] */
function label(scope: Scope, { classes, dropout }: ShapeConfig, x: Tensor, size: number): Tensor {
  return linear(size, classes)(scope.child('out'), scope.dropout(x, dropout));
}

function readBidirectionally(
  scope: Scope,
  config: ShapeConfig,
  { tokens, lengths }: Sequences,
): RecurrentResult {
  const { cell, embeddingSize, hiddenSize, layers, dropout } = config;
  const words = embed(scope, config, tokens);
  const options = { cell, inputSize: embeddingSize, hiddenSize, layers, dropout };
  const bidirectional = { ...options, bidirectional: true };
  return recurrentLayers(scope.child('rnn'), words, bidirectional, { lengths });
}

/**
 * One to one: labels a single token through a tanh layer, without recurrence. If the label is the
 * next token, this is a neural bigram model (Bengio et al. 2003).
 * @throws OptionError for an unknown option or an invalid value
 */
export function oneToOne(options: Omit<ShapeOptions, 'maxLength'>): Labeller {
  const config = configOf('one to one', { ...options, maxLength: 1 });
  const { vocabulary, classes, embeddingSize, hiddenSize } = config;
  const hiddenLayer = linear(embeddingSize, hiddenSize, { initialiser: xavierUniform() });
  return {
    vocabulary,
    classes,
    maxLength: 1,
    perToken: false,
    logits: (scope, { tokens }) => {
      const words = embed(scope, config, reshape(tokens, [dimAt(tokens, 0)]));
      const hidden = tanh(hiddenLayer(scope.child('hidden'), words));
      return label(scope, config, hidden, hiddenSize);
    },
  };
}

/**
 * Many to one: labels a sequence from the final states of bidirectional layers.
 * @throws OptionError for an unknown option or an invalid value
 */
export function manyToOne(options: ShapeOptions): Labeller {
  const config = configOf('many to one', options);
  const { vocabulary, classes, hiddenSize, maxLength } = config;
  return {
    vocabulary,
    classes,
    maxLength,
    perToken: false,
    logits: (scope, batch) => {
      const { final } = readBidirectionally(scope, config, batch);
      const ends = final.slice(-2).map(({ hidden }) => hidden);
      return label(scope, config, concat(ends, 1), 2 * hiddenSize);
    },
  };
}

/**
 * Many to many: labels every token from the states of bidirectional layers, which depend on the
 * tokens before and after it (Graves and Schmidhuber 2005).
 * @throws OptionError for an unknown option or an invalid value
 */
export function manyToMany(options: ShapeOptions): Labeller {
  const config = configOf('many to many', options);
  const { vocabulary, classes, hiddenSize, maxLength } = config;
  return {
    vocabulary,
    classes,
    maxLength,
    perToken: true,
    logits: (scope, batch) =>
      label(scope, config, readBidirectionally(scope, config, batch).y, 2 * hiddenSize),
  };
}

/**
 * One to many: generates a sequence from one vector, the sum of feature embeddings, which
 * initialises the states. It is trained and decoded like a translation model whose source is the
 * list of features.
 * @throws OptionError for an unknown option or an invalid value
 */
export function oneToMany(options: ShapeOptions): TranslationModel {
  const config = configOf('one to many', options);
  const { vocabulary, classes, embeddingSize, hiddenSize, layers, cell, maxLength } = config;
  const names = { embedding: 'tgt_embed', layers: 'decoder' };
  const decoder = recurrentDecoder({ ...config, vocabulary: classes, names });
  const bridgeLayer = linear(embeddingSize, hiddenSize, { initialiser: xavierUniform() });
  const start = (scope: Scope, features: Tensor, lengths: Tensor) => {
    const vector = sum(zeroPast(embed(scope, config, features), lengths), { axis: 1 });
    return Array.from({ length: layers }, (_, i) => {
      const bridge = scope.child(`bridge.${i}`);
      const hidden = tanh(bridgeLayer(bridge, vector));
      return { hidden, cell: cell === 'lstm' ? zerosLike(hidden) : undefined };
    });
  };
  return {
    kind: 'one-to-many',
    sourceVocabulary: vocabulary,
    targetVocabulary: classes,
    attends: false,
    maxLength,
    config,
    logits: (scope, { source, sourceLengths, targetInput }) =>
      decoder.logits(scope, targetInput, start(scope, source, sourceLengths)),
    memoryTypes: () => ({}),
    encode: (scope, source, lengths) => decoder.named(start(scope, source, lengths)),
    decoderState: decoder.stateTypes,
    step: decoder.step,
  };
}
