/** RNNsearch (Bahdanau et al. 2015), the first model with attention. */
export { type BahdanauConfig, type BahdanauOptions, bahdanauConfig } from './config';
export { bahdanau } from './kind';
export { bahdanauForward, bahdanauModel } from './model';
export { bahdanauRecipe } from './recipe';
