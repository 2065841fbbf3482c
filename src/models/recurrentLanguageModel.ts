/**
 * Recurrent language models (Mikolov et al. 2010): the next token from the state of recurrent layers that
 * have read those before. Parameters: embedding, rnn.*, out.
 */

import { structurePasses } from '../compiler/compile';
import { checkOptions, OptionError } from '../core/errors';
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import { countTo } from '../nn/lengths';
import type { CellName } from '../nn/recurrent';
import { sub } from '../ops/binary/op';
import { fill } from '../ops/fill/op';
import { sum } from '../ops/reduce/op';
import { equal, where } from '../ops/select/op';
import { reshape } from '../ops/view/op';
import { Fields } from './fields';
import type { ModelKind } from './kinds';
import type { LanguageModel } from './model';
import { checkSizes } from './recurrentConfig';
import { recurrentDecoder } from './recurrentDecoder';

/** What a recurrent language model is configured by. */
export interface RecurrentLanguageConfig {
  readonly vocabulary: number;
  readonly cell: CellName;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly dropout: number;
  /** The output projection is the embedding; both sizes must be the same. */
  readonly tied: boolean;
  /** Longest sequence in tokens, with bos or eos: bounds memory. */
  readonly maxLength: number;
  readonly padId: number;
}

/** A configuration of which the size of the vocabulary alone is needed. */
export type RecurrentLanguageOptions = Partial<RecurrentLanguageConfig> &
  Pick<RecurrentLanguageConfig, 'vocabulary'>;

const DEFAULTS = {
  cell: 'lstm',
  embeddingSize: 128,
  hiddenSize: 128,
  layers: 2,
  dropout: 0.1,
  tied: false,
  maxLength: 64,
  padId: 0,
} as const;

/** Kinds of recurrent language models, and the cells of each: the first one where none is named. */
export const LANGUAGE_CELLS = {
  rnn: ['tanh', 'relu'],
  lstm: ['lstm'],
  gru: ['gru', 'gru-reset-before'],
} as const satisfies Readonly<Record<string, readonly CellName[]>>;

export type LanguageKind = keyof typeof LANGUAGE_CELLS;

const KINDS = ['rnn', 'lstm', 'gru'] as const satisfies readonly LanguageKind[];

function kindOf(cell: CellName): LanguageKind {
  const isOf = (cells: readonly CellName[]) => cells.includes(cell);
  return KINDS.find((kind) => isOf(LANGUAGE_CELLS[kind])) ?? 'rnn';
}

function languageConfig(options: RecurrentLanguageOptions): RecurrentLanguageConfig {
  const where = 'language model';
  checkOptions(where, options, [...Object.keys(DEFAULTS), 'vocabulary']);
  const config = { ...DEFAULTS, ...options };
  const sizes = ['vocabulary', 'embeddingSize', 'hiddenSize', 'layers', 'maxLength'] as const;
  checkSizes(where, config, sizes);
  if (config.tied && config.embeddingSize !== config.hiddenSize) {
    throw new OptionError(
      `${where}: a tied output needs word vectors of the states' size, found embeddingSize ` +
        `${config.embeddingSize} and hiddenSize ${config.hiddenSize}; make them equal or untie them`,
    );
  }
  return config;
}

/**
 * A language model of recurrent layers, for training and generation.
 * @throws OptionError for options that do not fit together
 */
export function recurrentLanguageModel(options: RecurrentLanguageOptions): LanguageModel {
  const config = languageConfig(options);
  const { vocabulary } = config;
  const decoder = recurrentDecoder({
    ...config,
    names: { embedding: 'embedding', layers: 'rnn' },
  });
  return {
    kind: kindOf(config.cell),
    sourceVocabulary: vocabulary,
    targetVocabulary: vocabulary,
    attends: false,
    passes: structurePasses,
    maxLength: config.maxLength,
    config,
    logits: (scope, { targetInput }) => decoder.logits(scope, targetInput),
    memoryTypes: () => ({}),
    // The prompt's last token is left to the first step, whose logits are the first that matter.
    encode: (scope, prompt, lengths) =>
      decoder.named(decoder.read(scope, prompt, lastPlaces(lengths))),
    firstToken: lastToken,
    decoderState: decoder.stateTypes,
    step: decoder.step,
  };
}

/** i32 [B]: the place of each row's last token. */
function lastPlaces(lengths: Tensor): Tensor {
  return sub(lengths, fill(lengths.shape, 1, 'i32'));
}

/** Each row's last token i32 [B, 1]. @param tokens i32 [B, L]  @param lengths i32 [B], at least 1 */
function lastToken(tokens: Tensor, lengths: Tensor): Tensor {
  const [batch, length] = dims(tokens, 2, 'tokens');
  const places = reshape(countTo(length), [1, length]);
  const isLast = equal(places, reshape(lastPlaces(lengths), [batch, 1]));
  const kept = where(isLast, tokens, fill(tokens.shape, 0, 'i32'));
  return reshape(sum(kept, { axis: 1 }), [batch, 1]);
}

/** The options in a configuration. @throws FormatError naming the field and what it must be */
function parseLanguageOptions(kind: LanguageKind, json: unknown): RecurrentLanguageOptions {
  const known = [...Object.keys(DEFAULTS), 'vocabulary'];
  const fields = new Fields(`${kind} configuration`, json, known);
  const cells: readonly CellName[] = LANGUAGE_CELLS[kind];
  return {
    vocabulary: fields.number('vocabulary'),
    cell: fields.oneOf('cell', cells, LANGUAGE_CELLS[kind][0]),
    embeddingSize: fields.number('embeddingSize', DEFAULTS.embeddingSize),
    hiddenSize: fields.number('hiddenSize', DEFAULTS.hiddenSize),
    layers: fields.number('layers', DEFAULTS.layers),
    dropout: fields.number('dropout', DEFAULTS.dropout),
    tied: fields.boolean('tied', DEFAULTS.tied),
    maxLength: fields.number('maxLength', DEFAULTS.maxLength),
    padId: fields.number('padId', DEFAULTS.padId),
  };
}

/** As kinds of models, which apps hand in: rnn, lstm and gru. */
export const recurrentLanguage: ModelKind<'language'> = {
  family: 'language',
  names: KINDS,
  create: (name, config) => {
    const kind = KINDS.find((known) => known === name) ?? 'rnn';
    return recurrentLanguageModel(parseLanguageOptions(kind, config));
  },
};
