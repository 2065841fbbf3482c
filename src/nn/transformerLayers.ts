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
import { type ActivationChoice, feedForward } from './feedForward';
import { checkColumns, checkLayer, layer } from './layer';
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
  readonly activation?: ActivationChoice;
  /** Epsilon of the layer norms (default 1e-5). */
  readonly epsilon?: number;
  /**
   * Rotary position embedding of queries and keys in self-attention: `rotary()` (default: none).
   */
  readonly rotary?: RotaryEmbedding | undefined;
}

interface LayerConfig extends Required<Omit<TransformerLayerOptions, 'rotary'>> {
  readonly modelSize: number;
  readonly heads: number;
  readonly rotary: RotaryEmbedding | undefined;
}

/** nn.TransformerEncoderLayer's defaults. */
const DEFAULTS = {
  feedForward: 2048,
  dropout: 0.1,
  normFirst: false,
  activation: 'relu',
  epsilon: 1e-5,
  rotary: undefined,
} as const;

function configOf(
  where: string,
  modelSize: number,
  heads: number,
  options: TransformerLayerOptions,
): LayerConfig {
  const config = { ...DEFAULTS, ...options, modelSize, heads };
  const sizes = { modelSize, heads, feedForward: config.feedForward };
  checkLayer(where, sizes, options, Object.keys(DEFAULTS));
  checkHeads(where, modelSize, heads);
  return config;
}

/** @throws OptionError unless the heads divide the model's size */
export function checkHeads(where: string, modelSize: number, heads: number): void {
  if (modelSize % heads === 0) return;
  throw new OptionError(`${where}: modelSize ${modelSize} is not a multiple of heads ${heads}`);
}

type Sublayer = (x: Tensor) => Tensor;

/** x + f(norm(x)), or norm(x + f(x)): residual connection and norm around a sublayer. */
function residual(scope: Scope, name: string, config: LayerConfig, x: Tensor, f: Sublayer): Tensor {
  const { modelSize, epsilon, dropout, normFirst } = config;
  const normalise = (y: Tensor) => layerNorm(modelSize, { epsilon })(scope.child(name), y);
  const branch = (y: Tensor) => scope.dropout(f(y), dropout);
  return normFirst ? add(x, branch(normalise(x))) : normalise(add(x, branch(x)));
}

function feedForwardOf(scope: Scope, config: LayerConfig): Sublayer {
  const { modelSize, feedForward: hiddenSize, activation, dropout } = config;
  return (x) => feedForward(scope, x, { modelSize, hiddenSize, activation, dropout });
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
  options: TransformerLayerOptions,
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
  options: TransformerLayerOptions,
): (scope: Scope, x: Tensor, cache: KeyValueCache) => CachedLayerResult {
  const where = 'cachedEncoderLayer';
  const config = { ...configOf(where, modelSize, heads, options), masks: lengthsAlone };
  return layer((scope, x: Tensor, before: KeyValueCache) => {
    checkColumns(where, x, modelSize, ['B', 'T']);
    let { cache } = before;
    const attend: Sublayer = (y) => {
      const result = multiHeadCached(scope.child('self_attn'), y, config, before);
      cache = result.cache;
      return result.output;
    };
    const attended = residual(scope, 'norm1', config, x, attend);
    const output = residual(scope, 'norm2', config, attended, feedForwardOf(scope, config));
    return { output: scope.note('output', output), cache };
  });
}

function encoderLayerBy(
  masks: MaskRule,
  modelSize: number,
  heads: number,
  options: TransformerLayerOptions,
): EncoderLayer {
  const config = configOf('encoderLayer', modelSize, heads, options);
  return layer((scope, x: Tensor, visibility: Visibility = {}) => {
    checkColumns('encoderLayer', x, modelSize, ['B', 'S']);
    const attend: Sublayer = (y) =>
      multiHeadSelf(scope.child('self_attn'), y, { ...config, masks }, visibility).output;
    const attended = residual(scope, 'norm1', config, x, attend);
    const output = residual(scope, 'norm2', config, attended, feedForwardOf(scope, config));
    return scope.note('output', output);
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
  const first = residual(scope, 'norm1', config, x, attendSelf);
  const second = residual(scope, 'norm2', config, first, attendMemory);
  const output = residual(scope, 'norm3', config, second, feedForwardOf(scope, config));
  return { output: scope.note('output', output), cache, attention };
}
