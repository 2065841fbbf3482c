/** The kinds of models of this package, a line each, and all that an app can import of them. */
export * from './bahdanau';
export * from './bart';
export * from './bert';
export * from './gemma';
export * from './gpt';
export * from './gpt2';
export * from './llama';
export * from './recurrentLanguage';
export * from './seq2seq';
export * from './transformer';
export * from './word2vec';
