/** BERT (Devlin et al. 2019): words predicted from both sides. */
export type { BertConfig, BertOptions } from './config';
export { bert } from './kind';
export { bertModel } from './model';
export { bertRecipe } from './recipe';
