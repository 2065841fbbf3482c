/** Layers in sequence. */
import type { Tensor } from '../graph/op';
import type { Layer } from './layer';
import type { Scope } from './scope';

/**
 * nn.Sequential: each layer takes the output of the one before. Their parameters' names begin with
 * '0.', '1.', ...; layers without parameters are counted, too.
 */
export function sequential(...layers: readonly Layer[]): Layer {
  return (scope, x) => layers.reduce((y, each, i) => each(scope.child(String(i)), y), x);
}

/**
 * Applies a layer `count` times with separate parameters, under 'layers.0.', 'layers.1.', ..., then
 * a norm under 'norm.': nn.TransformerEncoder for encoder layers, nn.TransformerDecoder for decoder
 * layers. Further inputs are passed to every layer.
 */
export function stack<Args extends readonly unknown[]>(
  each: (scope: Scope, x: Tensor, ...args: Args) => Tensor,
  count: number,
  norm?: Layer,
): (scope: Scope, x: Tensor, ...args: Args) => Tensor {
  return (scope, x, ...args) => {
    let y = x;
    for (let i = 0; i < count; i++) y = each(scope.child(`layers.${i}`), y, ...args);
    return norm === undefined ? y : norm(scope.child('norm'), y);
  };
}
