/** The transformer as a kind of model. */
import type { ModelKind } from '../kind';
import { parseTransformerOptions } from './config';
import { transformerModel } from './model';

/** The transformer as a kind of model: the option `kinds: [transformer]` of a load. */
export const transformer: ModelKind<'translation'> = {
  family: 'translation',
  names: ['transformer'],
  create: (_, config) => transformerModel(parseTransformerOptions(config)),
};
