/** GPT as a kind of model. */
import type { ModelKind } from '../kind';
import { parseGptOptions } from './config';
import { gptModel } from './model';

/** GPT as a kind of model: the option `kinds: [gpt]` of a load. */
export const gpt: ModelKind<'language'> = {
  family: 'language',
  names: ['gpt'],
  create: (_, config) => gptModel(parseGptOptions(config)),
};
