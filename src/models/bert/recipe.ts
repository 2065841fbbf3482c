/** How BERT is trained from the command line. */
import type { ModelRecipe } from '../recipe';
import { SMALL_STACK, STACK_FLAGS } from '../stackFlags';
import { bert } from './kind';

/** The recipe of BERT. */
export const bertRecipe: ModelRecipe = {
  kind: bert,
  name: 'bert',
  flags: STACK_FLAGS,
  learningRate: 0.002,
  batchSize: 64,
  hasMaxLength: true,
  small: SMALL_STACK,
};
