/**
 * The attention of T5: without biases, and without the factor 1 / sqrt(size of a head), which its
 * initial weights have instead. Queries, keys and values of self-attention come from one product.
 */
import type { Tensor } from '../../graph/op';
import { type Attention, attendTo, type KeyValueCache } from '../../nn/attention';
import type { Initialiser, Scope } from '../../nn/parameters';
import { lengthsAlone, type MaskRule } from '../../ops/attention/lengths';
import { writeRows } from '../../ops/update/op';
import type { T5Config } from './config';

/** The fields of a configuration that attention depends on. */
type AttentionConfig = Pick<T5Config, 'modelSize' | 'heads' | 'headSize' | 'dropout'>;

/** Lengths, causality and a bias with four axes: the kernels have bindings for all of them. */
const lengthsAndBias: MaskRule = (given, sizes, room) => ({
  ...lengthsAlone(given, sizes, room),
  bias: given.bias,
});

const innerSize = ({ heads, headSize }: AttentionConfig): number => heads * headSize;

/** Keys and values, and queries before them, which start smaller. */
function projection(
  scope: Scope,
  name: 'q' | 'kv' | 'qkv',
  x: Tensor,
  config: AttentionConfig,
): Tensor {
  const { modelSize, headSize } = config;
  const inner = innerSize(config);
  const deviation = modelSize ** -0.5;
  const start: Initialiser = {
    kind: 'normal',
    deviation,
    ...(name !== 'kv' && { scaled: { to: inner * modelSize, by: headSize ** -0.5 } }),
  };
  return scope.weight(`${name}.weight`, [name.length * inner, modelSize], start).product(x);
}

function output(scope: Scope, x: Tensor, config: AttentionConfig): Tensor {
  const inner = innerSize(config);
  const start: Initialiser = { kind: 'normal', deviation: inner ** -0.5 };
  return scope.weight('o.weight', [config.modelSize, inner], start).product(x);
}

const optionsOf = (scope: Scope, { heads, dropout }: AttentionConfig) => ({
  heads,
  scale: 1,
  dropout: scope.dropoutStream(dropout),
});

/**
 * Self-attention over a whole sequence.
 * @param x [B, T, modelSize]
 * @param visibility lengths i32 [B], and the bias [1, heads, T, T] of relative positions
 * @returns [B, T, modelSize]
 */
export function selfAttention(
  scope: Scope,
  x: Tensor,
  config: AttentionConfig,
  visibility: { readonly causal: boolean; readonly keyLengths?: Tensor; readonly bias: Tensor },
): Tensor {
  const options = { ...optionsOf(scope, config), ...visibility };
  const qkv = projection(scope, 'qkv', x, config);
  const found = attendTo(scope, 'qkv', [qkv], options, false, lengthsAndBias);
  return output(scope, found.output, config);
}

/**
 * Causal self-attention of one query over a cache, to which its key and value are written first.
 * @param x [B, 1, modelSize]  @param cache [B, maxLength, 2 * heads * headSize]
 * @param bias [B, heads, 1, maxLength]
 */
export function cachedAttention(
  scope: Scope,
  x: Tensor,
  config: AttentionConfig,
  { cache, position }: KeyValueCache,
  bias: Tensor,
): { readonly output: Tensor; readonly cache: Tensor } {
  const qkv = projection(scope, 'qkv', x, config);
  const next = writeRows(cache, qkv, position, { column: innerSize(config) });
  const options = { heads: config.heads, scale: 1, causal: true, queryOffset: position, bias };
  const found = attendTo(scope, 'kv', [qkv, next], options, false, lengthsAndBias);
  return { output: output(scope, found.output, config), cache: next };
}

/** Keys and values of the encoder's output [B, S, 2 * heads * headSize], once for each source. */
export function projectMemory(scope: Scope, memory: Tensor, config: AttentionConfig): Tensor {
  return projection(scope, 'kv', memory, config);
}

/**
 * Attention over a projected memory, without positions.
 * @param x [B, T, modelSize]  @param projected from projectMemory  @param keyLengths i32 [B]
 * @returns the output, and the weights [B, heads, T, S] if requested
 */
export function crossAttention(
  scope: Scope,
  x: Tensor,
  config: AttentionConfig,
  projected: Tensor,
  keyLengths: Tensor,
  needsWeights: boolean,
): Attention {
  const options = { ...optionsOf(scope, config), keyLengths };
  const q = projection(scope, 'q', x, config);
  const found = attendTo(scope, 'kv', [q, projected], options, needsWeights, lengthsAlone);
  return { ...found, output: output(scope, found.output, config) };
}
