/** Layers without parameters: activations, dropout, flatten. */
import { OptionError } from '../core/errors';
import { dimAt, numberOfElements } from '../core/shape';
import type { Tensor } from '../graph/op';
import * as unary from '../ops/unary/op';
import { reshape } from '../ops/view/op';
import { type Layer, layer } from './layer';

const elementwise = (f: (x: Tensor) => Tensor): Layer => layer((_scope, x: Tensor) => f(x));

/** nn.ReLU: max(x, 0), for any shape. */
export const relu = (): Layer => elementwise(unary.relu);

/**
 * nn.GELU: x times the standard normal distribution function of x (Hendrycks and Gimpel 2016).
 * @param approximate 'tanh' for their approximation, which GPT-2 uses
 */
export const gelu = (approximate: 'none' | 'tanh' = 'none'): Layer =>
  elementwise(approximate === 'tanh' ? unary.geluTanh : unary.gelu);

/** nn.Tanh: the hyperbolic tangent. */
export const tanh = (): Layer => elementwise(unary.tanh);

/** nn.Sigmoid: 1 / (1 + exp(-x)). */
export const sigmoid = (): Layer => elementwise(unary.sigmoid);

/** nn.SiLU, also called Swish: x * sigmoid(x) (Elfwing et al. 2017). */
export const silu = (): Layer => elementwise(unary.silu);

/** nn.Flatten: reshapes [B, ...] to [B, n]. */
export const flatten = (): Layer =>
  layer((_scope, x: Tensor) => {
    return reshape(x, [dimAt(x, 0), numberOfElements(x.shape.slice(1))]);
  });

/**
 * nn.Dropout (Srivastava et al. 2014). In training, each element is zeroed with the probability
 * `rate` and the others are scaled by 1 / (1 - rate); otherwise the identity.
 * @throws OptionError unless 0 <= rate < 1
 */
export function dropout(rate = 0.5): Layer {
  if (!(rate >= 0 && rate < 1)) {
    throw new OptionError(`dropout: the rate must be at least 0 and below 1, found ${rate}`);
  }
  return layer((scope, x: Tensor) => scope.dropout(x, rate));
}
