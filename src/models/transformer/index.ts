/** The transformer (Vaswani et al. 2017). */
export { type TransformerConfig, type TransformerOptions, transformerConfig } from './config';
export { transformer } from './kind';
export { transformerModel } from './model';
export { decode, encode } from './network';
export { transformerRecipe } from './recipe';
