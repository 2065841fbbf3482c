/** BERT as a kind of model. */
import type { ModelKind } from '../kind';
import { parseBertOptions } from './config';
import { bertModel } from './model';

/** BERT as a kind of model: the option `kinds: [bert]` of a load. */
export const bert: ModelKind<'masked language'> = {
  family: 'masked language',
  names: ['bert'],
  create: (_, config) => bertModel(parseBertOptions(config)),
};
