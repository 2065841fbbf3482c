/** BERT as a kind of model. */
import type { ModelKind } from '../kind';
import { parseBertOptions } from './config';
import { bertKeys } from './keys';
import { bertModel } from './model';
import { BERT_TYPES, bertOptions } from './published';

/**
 * BERT as a kind of model, which also reads RoBERTa, XLM-RoBERTa and DistilBERT: the option
 * `kinds: [bert]` of a load.
 */
export const bert: ModelKind<'masked language'> = {
  family: 'masked language',
  names: ['bert'],
  create: (_, config) => bertModel(parseBertOptions(config)),
  published: { modelTypes: BERT_TYPES, configuration: bertOptions, keys: () => bertKeys },
};
