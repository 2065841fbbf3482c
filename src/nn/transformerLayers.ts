/**
 * Transformer encoder and decoder layers with nn.Transformer's parameter names, post-norm or
 * pre-norm.
 */
import { OptionError } from '../core/errors';
import type { Tensor } from '../graph/op';
import { lengthsAlone, type MaskRule } from '../ops/attention/lengths';
import { allMasks } from '../ops/attention/masks';
import { add } from '../ops/binary/op';
import {
  type KeyValueCache,
  multiHeadCached,
  multiHeadCross,
  multiHeadSelf,
  projectMemory,
  type RotaryEmbedding,
  type Visibility,
} from './attention';
import { type Activation, type FeedForwardOptions, feedForward } from './feedForward';
import { checkColumns, checkLayer, type Layer, layer } from './layer';
import { layerNorm } from './norms';
import type { Scope } from './scope';

/** Options of nn.TransformerEncoderLayer, with its defaults. */
export interface TransformerLayerOptions {
  /** Hidden size of the feed-forward network (default 2048): dim_feedforward. */
  readonly feedForward?: number;
  /** Dropout rate of attention weights, hidden activations and sublayer outputs (default 0.1). */
  readonly dropout?: number;
  /**
   * Whether norms precede sublayers (pre-norm) rather than follow them, as in the paper (default
   * false).
   */
  readonly normFirst?: boolean;
  /** Activation of the feed-forward network (default 'relu'). */
  readonly activation?: Activation;
  /** Epsilon of the layer norms (default 1e-5). */
  readonly epsilon?: number;
  /**
   * Rotary position embedding of queries and keys in self-attention: `rotary()` (default: none).
   */
  readonly rotary?: RotaryEmbedding | undefined;
}

/**
 * Parts of a layer that differ from nn.Transformer's. They are values, so that apps whose models
 * have the usual parts do not bundle others.
 */
export interface LayerParts {
  /** Makes the norms (default: layer norm). */
  readonly norm?: (size: number, options: { readonly epsilon: number }) => Layer;
  /** The feed-forward network (default: two linear layers with an activation between). */
  readonly network?: (scope: Scope, x: Tensor, options: FeedForwardOptions) => Tensor;
  /** Self-attention (default: heads that divide the model's size, with keys of their own). */
  readonly attention?: SelfAttention | undefined;
}

/** Self-attention as two functions: over whole texts, and over a cache. */
export interface SelfAttention {
  readonly self: typeof multiHeadSelf;
  readonly cached: typeof multiHeadCached;
}

interface LayerConfig
  extends Required<Omit<TransformerLayerOptions & LayerParts, 'rotary' | 'attention'>> {
  readonly modelSize: number;
  readonly heads: number;
  readonly rotary: RotaryEmbedding | undefined;
  readonly attention: SelfAttention | undefined;
}

/** nn.TransformerEncoderLayer's defaults, and its parts. */
const DEFAULTS = {
  feedForward: 2048,
  dropout: 0.1,
  normFirst: false,
  activation: 'relu',
  epsilon: 1e-5,
  rotary: undefined,
  norm: layerNorm,
  network: feedForward,
  attention: undefined,
} as const;

function configOf(
  where: string,
  modelSize: number,
  heads: number,
  options: TransformerLayerOptions & LayerParts,
): LayerConfig {
  const config = { ...DEFAULTS, ...options, modelSize, heads };
  const sizes = { modelSize, heads, feedForward: config.feedForward };
  checkLayer(where, sizes, options, Object.keys(DEFAULTS));
  if (config.attention === undefined) checkHeads(where, modelSize, heads);
  return config;
}

/** @throws OptionError unless the heads divide the model's size */
export function checkHeads(where: string, modelSize: number, heads: number): void {
  if (modelSize % heads === 0) return;
  throw new OptionError(`${where}: modelSize ${modelSize} is not a multiple of heads ${heads}`);
}

type Sublayer = (x: Tensor) => Tensor;

/**
 * Attention and the feed-forward network after it, each with a residual connection and a norm:
 * x + f(norm(x)), or norm(x + f(x)).
 */
function sublayers(scope: Scope, config: LayerConfig, x: Tensor, attention: readonly Sublayer[]) {
  const { modelSize, epsilon, dropout, normFirst, norm, network } = config;
  const last: Sublayer = (y) => network(scope, y, { ...config, hiddenSize: config.feedForward });
  const output = [...attention, last].reduce((y, f, i) => {
    const normalise = (z: Tensor) => norm(modelSize, { epsilon })(scope.child(`norm${i + 1}`), z);
    const branch = (z: Tensor) => scope.dropout(f(z), dropout);
    return normFirst ? add(y, branch(normalise(y))) : normalise(add(y, branch(y)));
  }, x);
  return scope.note('output', output);
}

/** A layer of a transformer's encoder. */
export type EncoderLayer<V = Visibility> = (scope: Scope, x: Tensor, visibility?: V) => Tensor;

/**
 * nn.TransformerEncoderLayer (Vaswani et al. 2017, section 3.1): self-attention and a feed-forward
 * network, each with a residual connection and a norm. Takes and gives [B, S, modelSize].
 * Parameters: self_attn.*, linear1.*, linear2.*, norm1.*, norm2.*; matrices are initialised
 * xavier-uniform, as in nn.Transformer.
 * @throws OptionError; the layer throws ShapeError or DTypeError for inputs that do not fit
 */
export function encoderLayer(
  modelSize: number,
  heads: number,
  options: TransformerLayerOptions = {},
): EncoderLayer {
  return encoderLayerBy(allMasks, modelSize, heads, options);
}

/**
 * `encoderLayer` for models that mask by lengths only, which leaves the code of other masks out of
 * the bundle.
 */
export function lengthsEncoderLayer(
  modelSize: number,
  heads: number,
  options: TransformerLayerOptions & LayerParts,
): EncoderLayer<Pick<Visibility, 'keyLengths' | 'causal'>> {
  return encoderLayerBy(lengthsAlone, modelSize, heads, options);
}

/** The result of an encoder layer over a cache. */
export interface CachedLayerResult {
  /** [B, T, modelSize]. */
  readonly output: Tensor;
  /** Next value of the cache. */
  readonly cache: Tensor;
}

/**
 * A causal encoder layer over cached keys and values, with `encoderLayer`'s parameters: a layer of
 * a decoder-only transformer that reads token by token.
 * @throws OptionError; the layer throws ShapeError or DTypeError for inputs that do not fit
 */
export function cachedEncoderLayer(
  modelSize: number,
  heads: number,
  options: TransformerLayerOptions & LayerParts,
): (scope: Scope, x: Tensor, cache: KeyValueCache) => CachedLayerResult {
  const where = 'cachedEncoderLayer';
  const config = { ...configOf(where, modelSize, heads, options), masks: lengthsAlone };
  const attendCached = config.attention?.cached ?? multiHeadCached;
  return layer((scope, x: Tensor, before: KeyValueCache) => {
    checkColumns(where, x, modelSize, ['B', 'T']);
    let { cache } = before;
    const attend: Sublayer = (y) => {
      const result = attendCached(scope.child('self_attn'), y, config, before);
      cache = result.cache;
      return result.output;
    };
    const output = sublayers(scope, config, x, [attend]);
    return { output, cache };
  });
}

function encoderLayerBy(
  masks: MaskRule,
  modelSize: number,
  heads: number,
  options: TransformerLayerOptions & LayerParts,
): EncoderLayer {
  const config = configOf('encoderLayer', modelSize, heads, options);
  const attendSelf = config.attention?.self ?? multiHeadSelf;
  return layer((scope, x: Tensor, visibility: Visibility = {}) => {
    checkColumns('encoderLayer', x, modelSize, ['B', 'S']);
    const attend: Sublayer = (y) =>
      attendSelf(scope.child('self_attn'), y, { ...config, masks }, visibility).output;
    return sublayers(scope, config, x, [attend]);
  });
}

/** The encoder's output for a decoder layer, as keys and values from `projectMemory`. */
export interface Memory {
  /** [B, S, 2 * modelSize]. */
  readonly projected: Tensor;
  /** i32 [B]: number of valid vectors in each row (default: all). */
  readonly lengths?: Tensor | undefined;
}

/** Lengths of a decoder layer's inputs. */
export interface DecoderInputs {
  /** i32 [B]: number of valid vectors in each row of x (default: all). */
  readonly lengths?: Tensor | undefined;
  /** i32 [B]: number of valid vectors in each row of the memory (default: all). */
  readonly memoryLengths?: Tensor | undefined;
}

/**
 * Context of a decoder's self-attention: the whole target at once, or a cache of earlier positions.
 */
export type SelfContext =
  | { readonly kind: 'whole'; readonly lengths?: Tensor | undefined }
  | ({ readonly kind: 'cached' } & KeyValueCache);

/** The result of a decoder layer. */
export interface DecoderLayerResult {
  readonly output: Tensor;
  /** Next value of the cache, if there is one. */
  readonly cache: Tensor | undefined;
  /** Cross-attention weights [B, heads, T, S], if requested. */
  readonly attention: Tensor | undefined;
}

/** A layer of a transformer's decoder. */
export interface DecoderLayer {
  /** @param x [B, T, modelSize]  @param memory [B, S, modelSize]  @returns [B, T, modelSize] */
  (scope: Scope, x: Tensor, memory: Tensor, inputs?: DecoderInputs): Tensor;
  /** Projects the memory to keys and values [B, S, 2 * modelSize], once for each source. */
  projectMemory(scope: Scope, memory: Tensor): Tensor;
  /** Applies the layer over a projected memory, to whole targets or to new vectors over a cache. */
  apply(
    scope: Scope,
    x: Tensor,
    memory: Memory,
    context: SelfContext,
    needsAttention?: boolean,
  ): DecoderLayerResult;
}

/**
 * nn.TransformerDecoderLayer (Vaswani et al. 2017, section 3.1): causal self-attention, attention
 * over the encoder's output and a feed-forward network, each with a residual connection and a norm.
 * Parameters: self_attn.*, multihead_attn.*, linear1.*, linear2.*, norm1.*, norm2.*, norm3.*.
 * @throws OptionError; the layer throws ShapeError or DTypeError for inputs that do not fit
 */
export function decoderLayer(
  modelSize: number,
  heads: number,
  options: TransformerLayerOptions = {},
): DecoderLayer {
  const parts = decoderParts(modelSize, heads, options);
  const whole = layer(
    (scope, x: Tensor, memory: Tensor, { lengths, memoryLengths }: DecoderInputs = {}) => {
      const projected = { projected: parts.projectMemory(scope, memory), lengths: memoryLengths };
      return parts.apply(scope, x, projected, { kind: 'whole', lengths }).output;
    },
  );
  return Object.assign(whole, parts);
}

/** The parts of a decoder layer, for models that project the memory for all layers beforehand. */
export function decoderParts(
  modelSize: number,
  heads: number,
  options: TransformerLayerOptions,
): Pick<DecoderLayer, 'projectMemory' | 'apply'> {
  const config = configOf('decoderLayer', modelSize, heads, options);
  const project = (scope: Scope, memory: Tensor): Tensor => {
    checkColumns('decoderLayer: memory', memory, modelSize, ['B', 'S']);
    return projectMemory(scope.child('multihead_attn'), memory, modelSize);
  };
  const apply: DecoderLayer['apply'] = (scope, x, memory, context, needsAttention = false) => {
    checkColumns('decoderLayer', x, modelSize, ['B', 'T']);
    return decode(
      scope,
      x,
      memory,
      { ...config, weights: needsAttention, masks: lengthsAlone },
      context,
    );
  };
  return { projectMemory: layer(project), apply: layer(apply) };
}

function decode(
  scope: Scope,
  x: Tensor,
  memory: Memory,
  config: LayerConfig & { readonly weights: boolean; readonly masks: MaskRule },
  context: SelfContext,
): DecoderLayerResult {
  let cache: Tensor | undefined;
  let attention: Tensor | undefined;
  const attendSelf: Sublayer = (y) => {
    const self = scope.child('self_attn');
    if (context.kind === 'whole') {
      const visibility = { causal: true, keyLengths: context.lengths };
      return multiHeadSelf(self, y, { ...config, weights: false }, visibility).output;
    }
    const result = multiHeadCached(self, y, config, context);
    cache = result.cache;
    return result.output;
  };
  const attendMemory: Sublayer = (y) => {
    const visibility = { keyLengths: memory.lengths };
    const cross = scope.child('multihead_attn');
    const result = multiHeadCross(cross, y, memory.projected, config, visibility);
    attention = result.weights;
    return result.output;
  };
  const output = sublayers(scope, config, x, [attendSelf, attendMemory]);
  return { output, cache, attention };
}
