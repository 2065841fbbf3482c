/** seq2seq as a kind of model. */
import type { ModelKind } from '../kind';
import { parseSeq2SeqOptions } from './config';
import { seq2seqModel } from './model';

/** seq2seq as a kind of model: the option `kinds: [seq2seq]` of a load. */
export const seq2seq: ModelKind<'translation'> = {
  family: 'translation',
  names: ['seq2seq'],
  create: (_, config) => seq2seqModel(parseSeq2SeqOptions(config)),
};
