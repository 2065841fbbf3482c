/** The configuration of a recurrent language model: its defaults, checks and JSON form. */
import { checkOptions, OptionError } from '../../core/errors';
import type { CellName } from '../../nn/recurrent';
import { checkSizes } from '../checks';
import { Fields } from '../fields';

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

/** The kinds of recurrent language models. */
export const KINDS = ['rnn', 'lstm', 'gru'] as const satisfies readonly LanguageKind[];

/** The kind that has a cell. */
export function kindOf(cell: CellName): LanguageKind {
  const isOf = (cells: readonly CellName[]) => cells.includes(cell);
  return KINDS.find((kind) => isOf(LANGUAGE_CELLS[kind])) ?? 'rnn';
}

/**
 * Completes options with their defaults, and checks them.
 * @throws OptionError for an unknown option or an invalid value
 */
export function languageConfig(options: RecurrentLanguageOptions): RecurrentLanguageConfig {
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

/** Reads options from JSON. @throws FormatError naming a wrong field and what it must be */
export function parseLanguageOptions(name: string, json: unknown): RecurrentLanguageOptions {
  const kind = KINDS.find((known) => known === name) ?? 'rnn';
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
