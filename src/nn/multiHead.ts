/** nn.MultiheadAttention in full, for queries, keys and values of different origins and sizes. */
import { defined } from '../core/errors';
import type { Tensor } from '../graph/op';
import { attention } from '../ops/attention/separate';
import { add } from '../ops/binary/op';
import { type AttentionOptions, outProjection, type Visibility } from './attention';
import { type Scope, xavierUniform } from './parameters';
import type { Weight } from './weight';

export interface MultiHeadOptions extends AttentionOptions {
  /** Sizes of keys and values where they differ from the model's: three weights in place of one. */
  readonly keySize?: number | undefined;
  readonly valueSize?: number | undefined;
  readonly bias?: boolean;
}

/**
 * nn.MultiheadAttention in full: any query, key and value, with the weights.
 * @param q [B, T, modelSize]  @param k [B, S, keySize]  @param v [B, S, valueSize]
 * @returns output [B, T, modelSize] and weights [B, heads, T, S]
 */
export function multiHead(
  scope: Scope,
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: MultiHeadOptions,
  visibility: Visibility,
): { readonly output: Tensor; readonly weights: Tensor } {
  const { modelSize, heads, bias = true } = options;
  const projections = separateProjections(scope, options);
  const rows = [modelSize, modelSize, modelSize];
  const biases = bias ? scope.split('in_proj_bias', [3 * modelSize], { kind: 'zeros' }, rows) : [];
  const project = (x: Tensor, i: number): Tensor => {
    const own = biases[i];
    const projected = defined(projections[i], 'projection').product(x);
    return own === undefined ? projected : add(projected, own);
  };
  const { output, weights } = attention(project(q, 0), project(k, 1), project(v, 2), {
    heads,
    ...visibility,
  });
  if (bias) return { output: outProjection(scope, output, modelSize), weights };
  const start = xavierUniform(modelSize, modelSize);
  const weight = scope.weight('out_proj.weight', [modelSize, modelSize], start);
  return { output: weight.product(output), weights };
}

/** The weights of query, key and value: rows of one, or three of their own. */
function separateProjections(scope: Scope, options: MultiHeadOptions): readonly Weight[] {
  const { modelSize, keySize = modelSize, valueSize = modelSize } = options;
  const start = xavierUniform(3 * modelSize, modelSize);
  if (keySize === modelSize && valueSize === modelSize) {
    const rows = [modelSize, modelSize, modelSize];
    return scope.splitWeight('in_proj_weight', [3 * modelSize, modelSize], start, rows);
  }
  const own = (name: string, size: number) =>
    scope.weight(name, [modelSize, size], xavierUniform(modelSize, size));
  return [
    own('q_proj_weight', modelSize),
    own('k_proj_weight', keySize),
    own('v_proj_weight', valueSize),
  ];
}
