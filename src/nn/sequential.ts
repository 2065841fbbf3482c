/** Layers one after the other. */
import type { Tensor } from '../graph/op';
import type { Layer } from './layer';
import type { Scope } from './scope';

/**
 * nn.Sequential: each layer takes what the one before gives. The layers' parameters are under '0', '1',
 * ...; those without parameters count, too.
 */
export function sequential(...layers: readonly Layer[]): Layer {
  return (scope, x) => layers.reduce((y, each, i) => each(scope.child(String(i)), y), x);
}

/**
 * The same layer several times, each time with parameters of its own, under 'layers.0', 'layers.1', ...,
 * then a norm under 'norm': nn.TransformerEncoder of encoder layers, nn.TransformerDecoder of decoder
 * layers. What else the layer takes is passed on to each.
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
