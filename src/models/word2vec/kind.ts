/** The kinds of word vector models: skip-gram and CBOW. */
import type { ModelKind } from '../kind';
import type { WordVectorKind } from '../model';
import { parseWordVectorOptions } from './config';
import { wordVectorModel } from './model';

const NAMES: readonly WordVectorKind[] = ['skipgram', 'cbow'];

/** word2vec as a kind of model. */
export const word2vec: ModelKind<'word vector'> = {
  family: 'word vector',
  names: NAMES,
  create: (name, config) => {
    const kind = NAMES.find((known) => known === name) ?? 'skipgram';
    return wordVectorModel(parseWordVectorOptions(kind, config));
  },
};
