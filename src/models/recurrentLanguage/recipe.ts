/** How recurrent language models are trained from the command line. */
import { countFlag, type ModelRecipe, switchFlag } from '../recipe';
import { recurrentFlags, SMALL_RECURRENT } from '../recurrentFlags';
import { LANGUAGE_CELLS, type LanguageKind } from './config';
import { recurrentLanguage } from './kind';

function recipeOf(name: LanguageKind, learningRate: number): ModelRecipe {
  return {
    kind: recurrentLanguage,
    name,
    flags: [
      ...recurrentFlags(LANGUAGE_CELLS[name]),
      countFlag('--layers', 'layers', ['layers'], 2),
      switchFlag(
        '--tied',
        'share the matrix of embedding and output projection, which have one size',
        'tied',
      ),
    ],
    learningRate,
    batchSize: 64,
    hasMaxLength: true,
    small: SMALL_RECURRENT,
  };
}

/** The recipe of an RNN. */
export const rnnRecipe: ModelRecipe = recipeOf('rnn', 0.002);

/** The recipe of an LSTM. */
export const lstmRecipe: ModelRecipe = recipeOf('lstm', 0.004);

/** The recipe of a GRU. */
export const gruRecipe: ModelRecipe = recipeOf('gru', 0.004);
