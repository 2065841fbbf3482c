/** Llama as a kind of model, which also reads Mistral, Qwen 2 and Qwen 3. */
import { defined } from '../../core/errors';
import type { ModelKind } from '../kind';
import { llamaConfig, parseLlamaOptions } from './config';
import { llamaKeys } from './keys';
import { llamaModel } from './model';
import { LLAMA_FILES, llamaOptions } from './published';

/** Llama, Mistral, Qwen 2 and Qwen 3 as a kind of model: the option `kinds: [llama]` of a load. */
export const llama: ModelKind<'language'> = {
  family: 'language',
  names: ['llama'],
  create: (_, config) => llamaModel(parseLlamaOptions(config)),
  published: {
    modelTypes: [...LLAMA_FILES.keys()],
    configuration: (config) => {
      const type = config.oneOf('model_type', [...LLAMA_FILES.keys()]);
      return llamaOptions(config, defined(LLAMA_FILES.get(type), type));
    },
    keys: (configuration) => llamaKeys(llamaConfig(parseLlamaOptions(configuration)), 0),
  },
};
