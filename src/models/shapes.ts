/**
 * The four shapes of sequence models: one token to a label, one vector to a sequence, a sequence to one
 * label, a sequence to a label a token. Sequence to sequence of another length is translation (seq2seq.ts).
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
import type { TranslationModel } from './model';
import { checkSizes } from './recurrentConfig';
import { recurrentDecoder } from './recurrentDecoder';

/** What a sequence model of some shape is configured by. */
export interface ShapeConfig {
  /** Ids that go in: tokens; of a generator the features of what is to be said. */
  readonly vocabulary: number;
  /** Ids that come out: labels; of a generator tokens. */
  readonly classes: number;
  readonly cell: CellName;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly dropout: number;
  /** Longest sequence in tokens: bounds memory. */
  readonly maxLength: number;
  readonly padId: number;
}

/** A configuration of which the sizes of the vocabulary and of the labels alone are needed. */
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

/** A padded batch of sequences. */
export interface Sequences {
  /** i32 [B, T]. */
  readonly tokens: Tensor;
  /** i32 [B]. */
  readonly lengths: Tensor;
}

/** A model that labels: whole sequences, or each of their tokens. */
export interface Labeller {
  readonly vocabulary: number;
  readonly classes: number;
  readonly maxLength: number;
  /** Whether every token has a label, rather than every sequence. */
  readonly perToken: boolean;
  /** [B, T, classes] a token, else [B, classes]. */
  logits(scope: Scope, batch: Sequences): Tensor;
}

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

/** Labels from features. @param x [..., size] */
function label(scope: Scope, { classes, dropout }: ShapeConfig, x: Tensor, size: number): Tensor {
  return linear(size, classes)(scope.child('out'), scope.dropout(x, dropout));
}

function readBothWays(
  scope: Scope,
  config: ShapeConfig,
  { tokens, lengths }: Sequences,
): RecurrentResult {
  const { cell, embeddingSize, hiddenSize, layers, dropout } = config;
  const words = embed(scope, config, tokens);
  const options = { cell, inputSize: embeddingSize, hiddenSize, layers, dropout };
  const bothWays = { ...options, bidirectional: true };
  return recurrentLayers(scope.child('rnn'), words, bothWays, { lengths });
}

/**
 * One to one: a token's label, without recurrence, through one tanh layer (a neural bigram model where
 * the label is the next token: Bengio et al. 2003). Sequences have one token.
 * @throws OptionError for an unknown option or a value that cannot work
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
 * Many to one: a label from the last states of layers that read both ways.
 * @throws OptionError for an unknown option or a value that cannot work
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
      const { final } = readBothWays(scope, config, batch);
      const ends = final.slice(-2).map(({ hidden }) => hidden);
      return label(scope, config, concat(ends, 1), 2 * hiddenSize);
    },
  };
}

/**
 * Many to many, token by token: every token's label from states that have read what is before it and
 * what is after it (Graves and Schmidhuber 2005).
 * @throws OptionError for an unknown option or a value that cannot work
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
      label(scope, config, readBothWays(scope, config, batch).y, 2 * hiddenSize),
  };
}

/**
 * One to many: a sequence from one vector, the sum of its features' vectors, which starts the states.
 * It trains and decodes as translation does: the source lists the features.
 * @throws OptionError for an unknown option or a value that cannot work
 */
export function oneToMany(options: ShapeOptions): TranslationModel {
  const config = configOf('one to many', options);
  const { vocabulary, classes, embeddingSize, hiddenSize, layers, cell, maxLength } = config;
  const names = { embedding: 'tgt_embed', layers: 'decoder' };
  const decoder = recurrentDecoder({ ...config, vocabulary: classes, names });
  const bridgeLayer = linear(embeddingSize, hiddenSize, { initialiser: xavierUniform() });
  const start = (scope: Scope, features: Tensor, lengths: Tensor) => {
    const one = sum(zeroPast(embed(scope, config, features), lengths), { axis: 1 });
    return Array.from({ length: layers }, (_, i) => {
      const bridge = scope.child(`bridge.${i}`);
      const hidden = tanh(bridgeLayer(bridge, one));
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
