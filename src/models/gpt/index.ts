/** GPT (Radford et al. 2018, 2019): a decoder-only transformer. */
export type { GptConfig, GptOptions } from './config';
export { gpt } from './kind';
export { gptModel } from './model';
export { gptRecipe } from './recipe';
