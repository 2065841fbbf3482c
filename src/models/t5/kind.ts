/** T5 as a kind of model. */
import type { ModelKind } from '../kind';
import { parseT5Options } from './config';
import { t5Model } from './model';
import { t5Published } from './published';

/** T5, T5 1.1 and mT5 as a kind of model: the option `kinds: [t5]` of a load. */
export const t5: ModelKind<'translation'> = {
  family: 'translation',
  names: ['t5'],
  create: (_, config) => t5Model(parseT5Options(config)),
  published: t5Published,
};
