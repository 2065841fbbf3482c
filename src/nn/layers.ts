/** Layers with PyTorch's parameter names: linear, embedding, layer norm, feed-forward. */
import type { Tensor } from '../graph/op';
import { add } from '../ops/binary/op';
import { layerNorm } from '../ops/layerNorm/op';
import { gelu, relu } from '../ops/unary/op';
import { type Initialiser, type Scope, xavierUniform } from './parameters';
import type { Weight } from './weight';

export type Activation = 'relu' | 'gelu';

/** nn.Linear's own start: uniform within 1 / sqrt(in). */
export function linearBound(inputs: number): Initialiser {
  return { kind: 'uniform', bound: 1 / Math.sqrt(inputs) };
}

/** x @ weight^T + bias: x [..., in], weight [out, in], bias [out]. */
export function affine(x: Tensor, weight: Weight, bias: Tensor): Tensor {
  return add(weight.product(x), bias);
}

/**
 * nn.Linear; with xavier-uniform weights, as transformers start, unless `start` says otherwise.
 * @param x [..., inputs]
 * @returns [..., outputs]
 */
export function linear(
  scope: Scope,
  x: Tensor,
  inputs: number,
  outputs: number,
  start = xavierUniform(outputs, inputs),
): Tensor {
  const weight = scope.weight('weight', [outputs, inputs], start);
  const bias = scope.parameter('bias', [outputs], linearBound(inputs));
  return affine(x, weight, bias);
}

export interface EmbeddingOptions {
  readonly vocabulary: number;
  readonly size: number;
  /** Id whose vector starts, and in training stays, zero. */
  readonly padId: number;
  readonly dropout: number;
  /** Of the normal distribution from which the vectors start; 1, as in PyTorch, by default. */
  readonly deviation?: number;
}

/** nn.Embedding with dropout. @param ids i32 [...]  @returns [..., size] */
export function embedTokens(scope: Scope, ids: Tensor, options: EmbeddingOptions): Tensor {
  const { padId, dropout } = options;
  const vectors = embeddingTable(scope, options).rows(ids, padId);
  return scope.note('output', scope.dropout(vectors, dropout));
}

/** The weights of `embedTokens` [vocabulary, size]. */
export function embeddingTable(scope: Scope, options: EmbeddingOptions): Weight {
  const { vocabulary, size, padId, deviation = 1 } = options;
  const start = { kind: 'normal', deviation, zeroRow: padId } as const;
  return scope.weight('weight', [vocabulary, size], start);
}

/** nn.LayerNorm over the last axis. */
export function norm(scope: Scope, x: Tensor, size: number, epsilon: number): Tensor {
  const weight = scope.parameter('weight', [size], { kind: 'ones' });
  const bias = scope.parameter('bias', [size], { kind: 'zeros' });
  return layerNorm(x, weight, bias, { epsilon });
}

export interface FeedForwardOptions {
  readonly modelSize: number;
  readonly hiddenSize: number;
  readonly activation: Activation;
  readonly dropout: number;
}

/**
 * Position-wise feed-forward network (Vaswani et al. 2017, eq. 2): linear2(dropout(f(linear1(x)))).
 * @param x [..., modelSize]
 */
export function feedForward(scope: Scope, x: Tensor, options: FeedForwardOptions): Tensor {
  const { modelSize, hiddenSize, activation, dropout } = options;
  const hidden = linear(scope.child('linear1'), x, modelSize, hiddenSize);
  const active = scope.note('hidden', activation === 'relu' ? relu(hidden) : gelu(hidden));
  return linear(scope.child('linear2'), scope.dropout(active, dropout), hiddenSize, modelSize);
}
