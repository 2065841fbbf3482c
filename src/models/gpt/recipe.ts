/** How GPT is trained from the command line. */
import { type ModelRecipe, switchFlag } from '../recipe';
import { SMALL_STACK, STACK_FLAGS } from '../stackFlags';
import { gpt } from './kind';

/** The recipe of GPT. */
export const gptRecipe: ModelRecipe = {
  kind: gpt,
  name: 'gpt',
  flags: [
    ...STACK_FLAGS,
    switchFlag('--untied', 'give the output projection a matrix of its own', 'tied', false),
  ],
  learningRate: 0.002,
  batchSize: 64,
  hasMaxLength: true,
  small: SMALL_STACK,
};
