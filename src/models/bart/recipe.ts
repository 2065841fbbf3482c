/** How BART is trained from the command line. */
import type { ModelRecipe } from '../recipe';
import { TRANSFORMER_FLAGS } from '../transformer/recipe';
import { bart } from './kind';

/** The recipe of BART. */
export const bartRecipe: ModelRecipe = {
  kind: bart,
  name: 'bart',
  flags: TRANSFORMER_FLAGS,
  learningRate: 0.002,
  batchSize: 64,
  hasMaxLength: true,
  small: { modelSize: 32, heads: 4, feedForward: 64, encoderLayers: 1, decoderLayers: 1 },
};
