/** BART as a kind of model. */
import type { ModelKind } from '../kind';
import { parseBartOptions } from './config';
import { bartModel } from './model';

/** BART as a kind of model: the option `kinds: [bart]` of a load. */
export const bart: ModelKind<'denoising'> = {
  family: 'denoising',
  names: ['bart'],
  create: (_, config) => bartModel(parseBartOptions(config)),
};
