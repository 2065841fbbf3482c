/** seq2seq with a fixed context vector (Sutskever et al. 2014). */
export type { Seq2SeqConfig, Seq2SeqOptions } from './config';
export { seq2seq } from './kind';
export { seq2seqModel } from './model';
export { seq2seqRecipe } from './recipe';
