/** Gemma as a kind of model: Llama's computation, whose files have norms of 1 + w. */
import type { ModelKind } from '../kind';
import { llamaConfig, parseLlamaOptions } from '../llama/config';
import { llamaKeys } from '../llama/keys';
import { llamaModel } from '../llama/model';
import { GEMMA_FILE, llamaOptions } from '../llama/published';

/** Gemma as a kind of model: the option `kinds: [gemma]` of a load. */
export const gemma: ModelKind<'language'> = {
  family: 'language',
  names: ['gemma'],
  create: (_, config) => ({ ...llamaModel(parseLlamaOptions(config)), kind: 'gemma' }),
  published: {
    modelTypes: ['gemma'],
    configuration: (config) => llamaOptions(config, GEMMA_FILE),
    keys: (configuration) => llamaKeys(llamaConfig(parseLlamaOptions(configuration)), 1),
  },
};
