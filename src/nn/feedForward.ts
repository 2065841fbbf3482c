/** The position-wise feed-forward network of a transformer layer. */
import type { Tensor } from '../graph/op';
import { gelu, relu } from '../ops/unary/op';
import { xavierUniform } from './initialisers';
import { linear } from './linear';
import type { Scope } from './scope';

/** The function between the two layers of a feed-forward network. */
export type Activation = 'relu' | 'gelu';

export interface FeedForwardOptions {
  readonly modelSize: number;
  readonly hiddenSize: number;
  readonly activation: Activation;
  readonly dropout: number;
}

/**
 * linear2(dropout(f(linear1(x)))) (Vaswani et al. 2017, eq. 2).
 * @param x [..., modelSize]
 * @param f the activation, where it is another than the options can name
 */
export function feedForward(
  scope: Scope,
  x: Tensor,
  options: FeedForwardOptions,
  f: (x: Tensor) => Tensor = options.activation === 'relu' ? relu : gelu,
): Tensor {
  const { modelSize, hiddenSize, dropout } = options;
  const start = { initialiser: xavierUniform() };
  const hidden = linear(modelSize, hiddenSize, start)(scope.child('linear1'), x);
  const active = scope.note('hidden', f(hidden));
  const dropped = scope.dropout(active, dropout);
  return linear(hiddenSize, modelSize, start)(scope.child('linear2'), dropped);
}
