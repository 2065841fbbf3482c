/** The feed-forward network of T5: plain, or gated as in T5 1.1 (Shazeer 2020). */
import type { Tensor } from '../../graph/op';
import type { Scope } from '../../nn/parameters';
import { mul } from '../../ops/binary/op';
import { ACTIVATION_FUNCTIONS, ACTIVATIONS } from '../activations';

/** The activations, for reading configurations. */
export const T5_ACTIVATIONS = ACTIVATIONS;

/** An activation of T5's feed-forward network; 'geluTanh' is gelu by tanh. */
export type T5Activation = 'relu' | 'gelu' | 'geluTanh' | 'silu';

/**
 * wo(dropout(f(wi x))), or wo(dropout(f(wi_0 x) * wi_1 x)) if it is gated; without biases.
 * @param x [B, T, modelSize]
 */
export function t5FeedForward(
  scope: Scope,
  x: Tensor,
  config: {
    readonly modelSize: number;
    readonly feedForward: number;
    readonly activation: T5Activation;
    readonly gated: boolean;
    readonly dropout: number;
  },
): Tensor {
  const { modelSize, feedForward, activation, gated, dropout } = config;
  const project = (name: string) =>
    scope
      .weight(`${name}.weight`, [feedForward, modelSize], {
        kind: 'normal',
        deviation: modelSize ** -0.5,
      })
      .product(x);
  const active = ACTIVATION_FUNCTIONS[activation](project(gated ? 'wi_0' : 'wi'));
  const hidden = scope.note('hidden', gated ? mul(active, project('wi_1')) : active);
  const start = { kind: 'normal', deviation: feedForward ** -0.5 } as const;
  const out = scope.weight('wo.weight', [modelSize, feedForward], start);
  return out.product(scope.dropout(hidden, dropout));
}
