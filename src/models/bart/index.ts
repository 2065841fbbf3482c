/** BART (Lewis et al. 2020): texts restored from noise. */
export type { BartConfig, BartOptions } from './config';
export { bart } from './kind';
export { bartModel } from './model';
export { publishedBart } from './published';
export { bartRecipe } from './recipe';
