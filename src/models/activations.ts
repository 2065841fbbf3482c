/** The activations of published models, by our names and by those in config.json. */
import type { Tensor } from '../graph/op';
import { gelu, geluTanh, relu, silu } from '../ops/unary/op';
import type { Fields } from './fields';
import { checkSupported } from './publishedFields';

/** The names in stored configurations. */
export const ACTIVATIONS = ['relu', 'gelu', 'geluTanh', 'silu'] as const;

/** An activation of a published model. */
export type PublishedActivation = (typeof ACTIVATIONS)[number];

/** The function of a name. */
export const ACTIVATION_FUNCTIONS: Readonly<Record<PublishedActivation, (x: Tensor) => Tensor>> = {
  relu,
  gelu,
  geluTanh,
  silu,
};

/** Names in config.json: `gelu_new` and others are the approximation by tanh. */
const PUBLISHED: Readonly<Record<string, PublishedActivation>> = {
  relu: 'relu',
  gelu: 'gelu',
  gelu_new: 'geluTanh',
  gelu_pytorch_tanh: 'geluTanh',
  gelu_fast: 'geluTanh',
  silu: 'silu',
  swish: 'silu',
};

/**
 * The activation of a config.json.
 * @throws OptionError for one that is not supported
 */
export function activationField(
  config: Fields,
  name: string,
  fallback: string,
): PublishedActivation {
  checkSupported(config, { [name]: Object.keys(PUBLISHED) });
  return PUBLISHED[config.text(name) ?? fallback] ?? 'relu';
}
