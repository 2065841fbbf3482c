/** Recurrent language models (Mikolov et al. 2010): the kinds rnn, lstm and gru. */
export type { RecurrentLanguageConfig, RecurrentLanguageOptions } from './config';
export { recurrentLanguage } from './kind';
export { recurrentLanguageModel } from './model';
export { gruRecipe, lstmRecipe, rnnRecipe } from './recipe';
