/** How T5 is trained from the command line. */
import { countFlag, DROPOUT, type ModelRecipe, sharedEmbeddings, switchFlag } from '../recipe';
import { t5 } from './kind';

/** The recipe of T5. */
export const t5Recipe: ModelRecipe = {
  kind: t5,
  name: 't5',
  flags: [
    countFlag('--layers', 'layers, of encoder and decoder', ['encoderLayers', 'decoderLayers'], 2),
    countFlag('--d-model', 'model size', ['modelSize'], 128),
    countFlag('--heads', 'attention heads', ['heads'], 4),
    countFlag('--ffn', 'feed-forward size', ['feedForward'], 256),
    switchFlag('--gated', 'multiply a second projection with the activation', 'gated'),
    DROPOUT,
    sharedEmbeddings('target'),
  ],
  learningRate: 0.002,
  batchSize: 64,
  hasMaxLength: true,
  small: { modelSize: 32, heads: 4, feedForward: 64, encoderLayers: 1, decoderLayers: 1 },
};
