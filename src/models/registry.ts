/** The kinds of models of this package, a line each, and all that an app can import of them. */
export * from './bahdanau';
export * from './bart';
export * from './bert';
export * from './gemma';
export * from './gpt';
export * from './gpt2';
export * from './llama';
export * from './m2m100';
export * from './marian';
export * from './mbart';
export * from './recurrentLanguage';
export * from './seq2seq';
export * from './t5';
export * from './transformer';
export * from './word2vec';
