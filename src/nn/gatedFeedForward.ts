/**
 * The gated feed-forward network of a transformer layer (Shazeer 2020), for the part `network` of
 * its layers.
 */
import type { Tensor } from '../graph/op';
import { mul } from '../ops/binary/op';
import type { FeedForwardOptions } from './feedForward';
import { xavierUniform } from './initialisers';
import type { Scope } from './scope';

/**
 * linear2(dropout(f(gate(x)) * linear1(x))), without biases (Shazeer 2020, eq. 6: SwiGLU with silu,
 * GEGLU with gelu). Parameters: gate.weight and linear1.weight [hiddenSize, modelSize],
 * linear2.weight [modelSize, hiddenSize].
 * @param activation f
 */
export function gatedFeedForward(activation: (x: Tensor) => Tensor) {
  return (scope: Scope, x: Tensor, options: FeedForwardOptions): Tensor => {
    const { modelSize, hiddenSize, dropout } = options;
    const product = (name: string, from: number, to: number, y: Tensor) =>
      scope.weight(`${name}.weight`, [to, from], xavierUniform()).product(y);
    const gate = activation(product('gate', modelSize, hiddenSize, x));
    const hidden = mul(gate, product('linear1', modelSize, hiddenSize, x));
    const dropped = scope.dropout(scope.note('hidden', hidden), dropout);
    return product('linear2', hiddenSize, modelSize, dropped);
  };
}
