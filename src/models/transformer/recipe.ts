/** How a transformer is trained from the command line. */
import { countFlag, DROPOUT, type ModelFlag, type ModelRecipe, switchFlag } from '../recipe';
import { transformer } from './kind';

/** Sizes, order of norms and dropout of a transformer. */
export const TRANSFORMER_FLAGS: readonly ModelFlag[] = [
  countFlag('--layers', 'layers, of encoder and decoder', ['encoderLayers', 'decoderLayers'], 2),
  countFlag('--d-model', 'model size', ['modelSize'], 128),
  countFlag('--heads', 'attention heads', ['heads'], 4),
  countFlag('--ffn', 'feed-forward size', ['feedForward'], 256),
  switchFlag(
    '--post-norm',
    'layer norm after each sublayer, as in the paper; before it otherwise',
    'normFirst',
    false,
  ),
  DROPOUT,
];

/** The recipe of the transformer. */
export const transformerRecipe: ModelRecipe = {
  kind: transformer,
  name: 'transformer',
  flags: TRANSFORMER_FLAGS,
  learningRate: 0.002,
  batchSize: 64,
  hasMaxLength: true,
  small: { modelSize: 32, heads: 4, feedForward: 64, encoderLayers: 1, decoderLayers: 1 },
};
