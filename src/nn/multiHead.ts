/** nn.MultiheadAttention in full, for queries, keys and values of different origins and sizes. */
import { defined } from '../core/errors';
import type { Tensor } from '../graph/op';
import { attention } from '../ops/attention/op';
import { add } from '../ops/binary/op';
import { type AttentionOptions, outProjection, type Visibility } from './attention';
import { xavierUniform } from './initialisers';
import type { Scope } from './scope';
import type { Weight } from './weight';

export interface MultiHeadOptions extends AttentionOptions {
  /** Sizes of keys and values where they differ from the model's: three weights in place of one. */
  readonly keySize?: number | undefined;
  readonly valueSize?: number | undefined;
  /** Whether the projections have biases; true by default. */
  readonly bias?: boolean;
  /** Heads of keys and values, a divisor of `heads`, where groups share them: smaller projections. */
  readonly kvHeads?: number | undefined;
}

/**
 * nn.MultiheadAttention in full: any query, key and value, with the weights; a query from which all
 * keys are hidden yields the output projection of zeros, where PyTorch's yields NaN.
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
  const { modelSize, heads, kvHeads = heads, dropout, rotary, bias = true } = options;
  const projections = separateProjections(scope, options);
  const rows = projectedSizes(options);
  const total = rows.reduce((sum, size) => sum + size);
  const biases = bias ? scope.split('in_proj_bias', [total], { kind: 'zeros' }, rows) : [];
  const project = (x: Tensor, i: number): Tensor => {
    const own = biases[i];
    const projected = defined(projections[i], 'projection').product(x);
    return own === undefined ? projected : add(projected, own);
  };
  const turned = (x: Tensor, count: number): Tensor =>
    rotary === undefined ? x : rotary(x, { heads: count, size: modelSize / heads });
  const [queries, keys] = [turned(project(q, 0), heads), turned(project(k, 1), kvHeads)];
  const { output, weights } = attention(queries, keys, project(v, 2), {
    heads,
    kvHeads,
    ...visibility,
    dropout: scope.dropoutStream(dropout),
  });
  if (bias) return { output: outProjection(scope, output, modelSize), weights };
  const weight = scope.weight('out_proj.weight', [modelSize, modelSize], xavierUniform());
  return { output: weight.product(output), weights };
}

/** How many columns queries, keys and values have after their projections. */
function projectedSizes({ modelSize, heads, kvHeads = heads }: MultiHeadOptions) {
  const keys = (modelSize / heads) * kvHeads;
  return [modelSize, keys, keys] as const;
}

/** The weights of query, key and value: rows of one, or three of their own. */
function separateProjections(scope: Scope, options: MultiHeadOptions): readonly Weight[] {
  const { modelSize, keySize = modelSize, valueSize = modelSize } = options;
  const rows = projectedSizes(options);
  if (keySize === modelSize && valueSize === modelSize) {
    const total = rows.reduce((sum, size) => sum + size);
    return scope.splitWeight('in_proj_weight', [total, modelSize], xavierUniform(), rows);
  }
  const own = (name: string, count: number, size: number) =>
    scope.weight(name, [count, size], xavierUniform());
  return [
    own('q_proj_weight', rows[0], modelSize),
    own('k_proj_weight', rows[1], keySize),
    own('v_proj_weight', rows[2], valueSize),
  ];
}
