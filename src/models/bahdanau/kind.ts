/** RNNsearch as a kind of model. */
import type { ModelKind } from '../kind';
import { parseBahdanauOptions } from './config';
import { bahdanauModel } from './model';

/** RNNsearch as a kind of model: the option `kinds: [bahdanau]` of a load. */
export const bahdanau: ModelKind<'translation'> = {
  family: 'translation',
  names: ['bahdanau'],
  create: (_, config) => bahdanauModel(parseBahdanauOptions(config)),
};
