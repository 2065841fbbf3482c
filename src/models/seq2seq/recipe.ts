/** How seq2seq is trained from the command line. */
import { countFlag, type ModelRecipe, switchFlag } from '../recipe';
import { recurrentFlags, SMALL_RECURRENT } from '../recurrentFlags';
import { seq2seq } from './kind';

/** The recipe of seq2seq. */
export const seq2seqRecipe: ModelRecipe = {
  kind: seq2seq,
  name: 'seq2seq',
  flags: [
    ...recurrentFlags(),
    countFlag('--layers', 'layers, of encoder and decoder', ['layers'], 2),
    switchFlag('--reverse-source', 'read the source from its end', 'reverseSource'),
    {
      flag: '--forget-bias <x>',
      description: 'added to the initial biases of the forget gates',
      fields: ['forgetBias'],
      values: { kind: 'number', least: -10, most: 10 },
      default: 0,
    },
  ],
  learningRate: 0.004,
  batchSize: 64,
  hasMaxLength: true,
  small: SMALL_RECURRENT,
};
