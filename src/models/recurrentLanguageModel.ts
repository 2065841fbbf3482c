/**
 * Recurrent language models (Mikolov et al. 2010), which predict the next token from the state of
 * recurrent layers over the earlier ones. Parameters: embedding, rnn.*, out.
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

/** Configuration of a recurrent language model. */
export interface RecurrentLanguageConfig {
  readonly vocabulary: number;
  readonly cell: CellName;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly dropout: number;
  /** Whether the output projection shares the embedding's matrix; both sizes must then be equal. */
  readonly tied: boolean;
  /** Longest sequence in tokens, including bos or eos; memory is allocated for it. */
  readonly maxLength: number;
  readonly padId: number;
}

/**
 * Options of a recurrent language model: its configuration, where only the vocabulary size is
 * required.
 */
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

/** The cells of each kind of recurrent language model, the default first. */
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
      `${where}: with tied: true, embeddingSize and hiddenSize must be equal, found ` +
        `${config.embeddingSize} and ${config.hiddenSize}; make them equal or leave tied out`,
    );
  }
  return config;
}

/**
 * Makes a recurrent language model for training and generation.
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
    // The first step reads the prompt's last token, and its logits predict the first new token.
    encode: (scope, prompt, lengths) =>
      decoder.named(decoder.read(scope, prompt, lastPositions(lengths))),
    firstToken: lastToken,
    decoderState: decoder.stateTypes,
    step: decoder.step,
  };
}

/** i32 [B]: the position of each row's last token. */
function lastPositions(lengths: Tensor): Tensor {
  return sub(lengths, fill(lengths.shape, 1, 'i32'));
}

/**
 * Each row's last token i32 [B, 1].
 * @param tokens i32 [B, L]
 * @param lengths i32 [B], at least 1
 */
function lastToken(tokens: Tensor, lengths: Tensor): Tensor {
  const [batch, length] = dims(tokens, 2, 'tokens');
  const positions = reshape(countTo(length), [1, length]);
  const isLast = equal(positions, reshape(lastPositions(lengths), [batch, 1]));
  const selected = where(isLast, tokens, fill(tokens.shape, 0, 'i32'));
  return reshape(sum(selected, { axis: 1 }), [batch, 1]);
}

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
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

/** The kinds rnn, lstm and gru: the option `kinds: [recurrentLanguage]` of a load. */
export const recurrentLanguage: ModelKind<'language'> = {
  family: 'language',
  names: KINDS,
  create: (name, config) => {
    const kind = KINDS.find((known) => known === name) ?? 'rnn';
    return recurrentLanguageModel(parseLanguageOptions(kind, config));
  },
};
