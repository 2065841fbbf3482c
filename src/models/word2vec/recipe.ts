/** How word vectors are trained from the command line. */
import { countFlag, type ModelRecipe } from '../recipe';
import { word2vec } from './kind';

const SHARED: Omit<ModelRecipe, 'name'> = {
  kind: word2vec,
  flags: [
    countFlag('--embedding', 'size of word vectors', ['size'], 128),
    countFlag('--window', 'maximum number of context words on either side', ['window'], 5),
    countFlag('--negatives', 'negative samples for each example', ['negatives'], 5),
    {
      flag: '--subsample <part>',
      description: 'relative frequency above which words are subsampled; 0 for none',
      fields: ['subsample'],
      values: { kind: 'number', least: 0, most: 1 },
      default: 0.001,
    },
  ],
  learningRate: 0.02,
  batchSize: 512,
  hasMaxLength: false,
  small: { size: 16 },
};

/** The recipe of skip-gram. */
export const skipgramRecipe: ModelRecipe = { ...SHARED, name: 'skipgram' };

/** The recipe of CBOW. */
export const cbowRecipe: ModelRecipe = { ...SHARED, name: 'cbow' };
