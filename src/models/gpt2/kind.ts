/** GPT-2 as a kind of model: GPT's computation with the tanh form of GELU. */
import { feedForward } from '../../nn/feedForward';
import { geluTanh } from '../../ops/unary/op';
import { decoderOnly } from '../decoderOnly';
import type { ModelKind } from '../kind';
import { located } from '../stack';
import { gpt2Config, parseGpt2Options, publishedOptions } from './config';
import { gpt2Keys } from './keys';

/** GPT-2 as a kind of model: the option `kinds: [gpt2]` of a load. */
export const gpt2: ModelKind<'language'> = {
  family: 'language',
  names: ['gpt2'],
  create: (_, json) => {
    const { config, stack, rows } = gpt2Config(parseGpt2Options(json));
    const table = { ...stack, maxLength: rows };
    return decoderOnly('gpt2', config, stack, {
      embed: (scope, ids, positions) => located(scope, table, ids, positions),
      network: (scope, x, options) => feedForward(scope, x, options, geluTanh),
    });
  },
  published: {
    modelTypes: ['gpt2'],
    configuration: publishedOptions,
    keys: (configuration) => gpt2Keys(parseGpt2Options(configuration).tied !== false),
  },
};
