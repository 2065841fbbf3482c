/** Recurrent language models as kinds of models. */
import type { ModelKind } from '../kind';
import { KINDS, parseLanguageOptions } from './config';
import { recurrentLanguageModel } from './model';

/** The kinds rnn, lstm and gru: the option `kinds: [recurrentLanguage]` of a load. */
export const recurrentLanguage: ModelKind<'language'> = {
  family: 'language',
  names: KINDS,
  create: (name, config) => recurrentLanguageModel(parseLanguageOptions(name, config)),
};
