/** How RNNsearch is trained from the command line. */
import { choiceFlag, countFlag, type ModelRecipe, sharedEmbeddings } from '../recipe';
import { recurrentFlags, SMALL_RECURRENT } from '../recurrentFlags';
import { bahdanau } from './kind';

/** The recipe of RNNsearch. */
export const bahdanauRecipe: ModelRecipe = {
  kind: bahdanau,
  name: 'bahdanau',
  flags: [
    ...recurrentFlags(),
    choiceFlag('--score', 'attention score', 'score', ['additive', 'general', 'dot'], 'additive'),
    countFlag('--attention', 'size of additive attention', ['attentionSize'], 128),
    choiceFlag('--readout', 'what logits are computed from', 'readout', ['tanh', 'linear'], 'tanh'),
    sharedEmbeddings('none'),
  ],
  learningRate: 0.004,
  batchSize: 64,
  hasMaxLength: true,
  small: { ...SMALL_RECURRENT, attentionSize: 32 },
};
