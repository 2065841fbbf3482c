/** Encoder and decoder stacks with nn.Transformer's names; post-norm as in the paper, or pre-norm. */
import type { Tensor } from '../graph/op';
import { add } from '../ops/binary/op';
import {
  type KeyValueCache,
  multiHeadCached,
  multiHeadCross,
  multiHeadSelf,
  type Visibility,
} from './attention';
import { type Activation, feedForward, norm } from './layers';
import type { Scope } from './parameters';

export interface LayerConfig {
  readonly modelSize: number;
  readonly heads: number;
  /** Hidden size of the feed-forward network. */
  readonly feedForward: number;
  readonly dropout: number;
  readonly normFirst: boolean;
  readonly activation: Activation;
  readonly epsilon: number;
}

type Sublayer = (x: Tensor) => Tensor;

/** x + f(norm(x)), or norm(x + f(x)): residual connection and norm around a sublayer. */
function residual(scope: Scope, name: string, config: LayerConfig, x: Tensor, f: Sublayer): Tensor {
  const normalise = (y: Tensor) => norm(scope.child(name), y, config.modelSize, config.epsilon);
  const branch = (y: Tensor) => scope.dropout(f(y), config.dropout);
  return config.normFirst ? add(x, branch(normalise(x))) : normalise(add(x, branch(x)));
}

function feedForwardOf(scope: Scope, config: LayerConfig): Sublayer {
  const { modelSize, feedForward: hiddenSize, activation, dropout } = config;
  return (x) => feedForward(scope, x, { modelSize, hiddenSize, activation, dropout });
}

/** nn.TransformerEncoderLayer. @param x [B, S, modelSize] */
export function encoderLayer(
  scope: Scope,
  x: Tensor,
  config: LayerConfig,
  visibility: Visibility,
): Tensor {
  const attend: Sublayer = (y) => multiHeadSelf(scope.child('self_attn'), y, config, visibility);
  const attended = residual(scope, 'norm1', config, x, attend);
  const output = residual(scope, 'norm2', config, attended, feedForwardOf(scope, config));
  return scope.note('output', output);
}

/** The memory that a decoder layer reads, projected to keys and values by `projectMemory`. */
export interface Memory {
  /** [B, S, 2 * modelSize]. */
  readonly projected: Tensor;
  /** i32 [B]. */
  readonly lengths: Tensor | undefined;
}

/** How self-attention sees earlier target positions: all at once, or step by step over a cache. */
export type SelfContext =
  | { readonly kind: 'whole'; readonly lengths: Tensor | undefined }
  | ({ readonly kind: 'cached' } & KeyValueCache);

export interface DecoderLayerResult {
  readonly output: Tensor;
  /** Next value of the cache, when there is one. */
  readonly cache: Tensor | undefined;
  /** Cross-attention weights [B, heads, T, S], when asked for. */
  readonly weights: Tensor | undefined;
}

/** nn.TransformerDecoderLayer with a causal mask. @param x [B, T, modelSize] */
export function decoderLayer(
  scope: Scope,
  x: Tensor,
  memory: Memory,
  config: LayerConfig & { readonly weights?: boolean },
  context: SelfContext,
): DecoderLayerResult {
  let cache: Tensor | undefined;
  let weights: Tensor | undefined;
  const attendSelf: Sublayer = (y) => {
    const own = scope.child('self_attn');
    if (context.kind === 'whole') {
      return multiHeadSelf(own, y, config, { causal: true, keyLengths: context.lengths });
    }
    const result = multiHeadCached(own, y, config, context);
    cache = result.cache;
    return result.output;
  };
  const attendMemory: Sublayer = (y) => {
    const visibility = { keyLengths: memory.lengths };
    const cross = scope.child('multihead_attn');
    const result = multiHeadCross(cross, y, memory.projected, config, visibility);
    weights = result.weights;
    return result.output;
  };
  const first = residual(scope, 'norm1', config, x, attendSelf);
  const second = residual(scope, 'norm2', config, first, attendMemory);
  const output = residual(scope, 'norm3', config, second, feedForwardOf(scope, config));
  return { output: scope.note('output', output), cache, weights };
}
