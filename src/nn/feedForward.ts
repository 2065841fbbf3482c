/** The position-wise feed-forward network of a transformer layer. */
import type { Tensor } from '../graph/op';
import { gelu, relu } from '../ops/unary/op';
import { xavierUniform } from './initialisers';
import { linear } from './linear';
import type { Scope } from './scope';

/** The function between the two layers of a feed-forward network. */
export type Activation = 'relu' | 'gelu';

/** An activation by its name, or any other as a function, which the caller then imports. */
export type ActivationChoice = Activation | ((x: Tensor) => Tensor);

export interface FeedForwardOptions {
  readonly modelSize: number;
  readonly hiddenSize: number;
  readonly activation: ActivationChoice;
  readonly dropout: number;
}

/**
 * linear2(dropout(f(linear1(x)))) (Vaswani et al. 2017, eq. 2).
 * @param x [..., modelSize]
 */
export function feedForward(scope: Scope, x: Tensor, options: FeedForwardOptions): Tensor {
  const { modelSize, hiddenSize, activation, dropout } = options;
  const start = { initialiser: xavierUniform() };
  const hidden = linear(modelSize, hiddenSize, start)(scope.child('linear1'), x);
  const active = scope.note('hidden', activationOf(activation)(hidden));
  const dropped = scope.dropout(active, dropout);
  return linear(hiddenSize, modelSize, start)(scope.child('linear2'), dropped);
}

function activationOf(choice: ActivationChoice): (x: Tensor) => Tensor {
  if (typeof choice === 'function') return choice;
  return choice === 'relu' ? relu : gelu;
}
