/** word2vec (Mikolov et al. 2013): the kinds skipgram and cbow. */
export type { WordVectorOptions } from './config';
export { word2vec } from './kind';
export { WORD_VECTORS, wordVectorModel } from './model';
export { cbowRecipe, skipgramRecipe } from './recipe';
