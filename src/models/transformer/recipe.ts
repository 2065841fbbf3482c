/** How a transformer is trained from the command line. */
import {
  countFlag,
  DROPOUT,
  layerFlags,
  type ModelFlag,
  type ModelRecipe,
  sharedEmbeddings,
} from '../recipe';
import { transformer } from './kind';

/** Sizes, order of norms and dropout of a transformer. */
export const TRANSFORMER_FLAGS: readonly ModelFlag[] = [
  countFlag('--layers', 'layers, of encoder and decoder', ['encoderLayers', 'decoderLayers'], 2),
  ...layerFlags(256),
  DROPOUT,
];

/** The recipe of the transformer. */
export const transformerRecipe: ModelRecipe = {
  kind: transformer,
  name: 'transformer',
  flags: [...TRANSFORMER_FLAGS, sharedEmbeddings('target')],
  learningRate: 0.002,
  batchSize: 64,
  hasMaxLength: true,
  small: { modelSize: 32, heads: 4, feedForward: 64, encoderLayers: 1, decoderLayers: 1 },
};
