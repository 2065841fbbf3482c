/** Command-line options that recurrent models share. */
import { CELLS, type CellName } from '../nn/recurrent';
import { choiceFlag, countFlag, DROPOUT, type ModelFlag } from './recipe';

/** Sizes, cell and dropout. @param cells the cells of the kind, its default first */
export function recurrentFlags(cells: readonly CellName[] = CELLS): readonly ModelFlag[] {
  return [
    choiceFlag('--cell', 'recurrent cell', 'cell', cells),
    countFlag('--embedding', 'size of word vectors', ['embeddingSize'], 128),
    countFlag('--hidden', 'size of the states', ['hiddenSize'], 128),
    DROPOUT,
  ];
}

/** A small configuration. */
export const SMALL_RECURRENT = { embeddingSize: 32, hiddenSize: 32 } as const;
