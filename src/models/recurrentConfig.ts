/** The configuration that recurrent translation models share: its defaults, checks and JSON form. */
import { CELLS, type CellName } from '../nn/recurrent';
import type { Fields } from './fields';

/** Options that all recurrent translation models share. */
export interface RecurrentConfig {
  readonly sourceVocabulary: number;
  readonly targetVocabulary: number;
  readonly cell: CellName;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  readonly dropout: number;
  /** Longest source or target in tokens, including eos; memory is allocated for it. */
  readonly maxLength: number;
  readonly padId: number;
}

/** Vocabulary sizes of a translation model. */
export type Vocabularies = Pick<RecurrentConfig, 'sourceVocabulary' | 'targetVocabulary'>;

const PLAIN = {
  embeddingSize: 128,
  hiddenSize: 128,
  dropout: 0.1,
  maxLength: 64,
  padId: 0,
} as const;

/** Defaults of the shared options. */
export const RECURRENT_DEFAULTS = { ...PLAIN, cell: 'lstm' } as const;

/** The required options. */
export const VOCABULARIES = ['sourceVocabulary', 'targetVocabulary'] as const;

/** Shared options that must be positive integers. */
export const RECURRENT_SIZES = [
  ...VOCABULARIES,
  'embeddingSize',
  'hiddenSize',
  'maxLength',
] as const;

/** Reads the shared options from JSON. @throws FormatError naming a wrong field */
export function parseRecurrentOptions(fields: Fields): RecurrentConfig {
  return {
    ...fields.like(PLAIN),
    sourceVocabulary: fields.number('sourceVocabulary'),
    targetVocabulary: fields.number('targetVocabulary'),
    cell: fields.oneOf('cell', CELLS, RECURRENT_DEFAULTS.cell),
  };
}
