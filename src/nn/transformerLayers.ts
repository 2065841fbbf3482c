/** Encoder and decoder layers with nn.Transformer's names; post-norm as in the paper, or pre-norm. */
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
  type RotaryTurn,
  type Visibility,
} from './attention';
import { type Activation, feedForward } from './feedForward';
import { checkColumns, checkLayer, layer } from './layer';
import { layerNorm } from './norms';
import type { Scope } from './scope';

/** Options as those of nn.TransformerEncoderLayer, with its defaults. */
export interface TransformerLayerOptions {
  /** Hidden size of the feed-forward network (default 2048): dim_feedforward. */
  readonly feedForward?: number;
  /** Rate on attention weights, hidden values and every sublayer's output (default 0.1). */
  readonly dropout?: number;
  /** Norm before each sublayer (pre-norm) rather than after it, as in the paper (default false). */
  readonly normFirst?: boolean;
  /** Default 'relu'. */
  readonly activation?: Activation;
  /** Of the layer norms (default 1e-5). */
  readonly epsilon?: number;
  /** Turns queries and keys of self-attention by their positions: `rotary()`. */
  readonly rotary?: RotaryTurn | undefined;
}

interface LayerConfig extends Required<Omit<TransformerLayerOptions, 'rotary'>> {
  readonly modelSize: number;
  readonly heads: number;
  readonly rotary: RotaryTurn | undefined;
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

/** @throws OptionError when the heads do not divide the model's size */
export function checkHeads(where: string, modelSize: number, heads: number): void {
  if (modelSize % heads === 0) return;
  throw new OptionError(`${where}: modelSize ${modelSize} is no multiple of heads ${heads}`);
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
 * nn.TransformerEncoderLayer (Vaswani et al. 2017, section 3.1): self-attention and feed-forward, each
 * with a residual connection and a norm. Takes and gives [B, S, modelSize]. Parameters: self_attn.*,
 * linear1.*, linear2.*, norm1.*, norm2.*; matrices start as in nn.Transformer, xavier-uniform.
 * @throws OptionError; the layer throws ShapeError or DTypeError for inputs that do not fit
 */
export function encoderLayer(
  modelSize: number,
  heads: number,
  options: TransformerLayerOptions = {},
): EncoderLayer {
  return encoderLayerBy(allMasks, modelSize, heads, options);
}

/** `encoderLayer` for models that hide keys by lengths alone, and carry no code for other masks. */
export function lengthsEncoderLayer(
  modelSize: number,
  heads: number,
  options: TransformerLayerOptions,
): EncoderLayer<Pick<Visibility, 'keyLengths'>> {
  return encoderLayerBy(lengthsAlone, modelSize, heads, options);
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

/** The memory that a decoder layer reads, as keys and values of `projectMemory`. */
export interface Memory {
  /** [B, S, 2 * modelSize]. */
  readonly projected: Tensor;
  /** i32 [B]: how many vectors of each row count; all by default. */
  readonly lengths?: Tensor | undefined;
}

/** Lengths of what a decoder layer reads. */
export interface DecoderInputs {
  /** i32 [B]: how many vectors of each row of x count; all by default. */
  readonly lengths?: Tensor | undefined;
  /** i32 [B]: how many vectors of each row of the memory count; all by default. */
  readonly memoryLengths?: Tensor | undefined;
}

/** How self-attention sees earlier target positions: all at once, or step by step over a cache. */
export type SelfContext =
  | { readonly kind: 'whole'; readonly lengths?: Tensor | undefined }
  | ({ readonly kind: 'cached' } & KeyValueCache);

/** What a decoder layer gives of new vectors. */
export interface DecoderLayerResult {
  readonly output: Tensor;
  /** Next value of the cache, when there is one. */
  readonly cache: Tensor | undefined;
  /** Cross-attention weights [B, heads, T, S], when asked for. */
  readonly attention: Tensor | undefined;
}

/** A layer of a transformer's decoder. */
export interface DecoderLayer {
  /** @param x [B, T, modelSize]  @param memory [B, S, modelSize]  @returns [B, T, modelSize] */
  (scope: Scope, x: Tensor, memory: Tensor, inputs?: DecoderInputs): Tensor;
  /** Keys and values of the memory [B, S, 2 * modelSize], computed once a source. */
  projectMemory(scope: Scope, memory: Tensor): Tensor;
  /** Over memory that is projected already: whole targets, or new vectors over a cache. */
  apply(
    scope: Scope,
    x: Tensor,
    memory: Memory,
    context: SelfContext,
    needsAttention?: boolean,
  ): DecoderLayerResult;
}

/**
 * nn.TransformerDecoderLayer (Vaswani et al. 2017, section 3.1): causal self-attention, attention over
 * the encoder's output, feed-forward, each with a residual connection and a norm. Parameters:
 * self_attn.*, multihead_attn.*, linear1.*, linear2.*, norm1.*, norm2.*, norm3.*.
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

/** The parts of a decoder layer, for a model that projects the memory of all its layers beforehand. */
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
    const own = scope.child('self_attn');
    if (context.kind === 'whole') {
      const visibility = { causal: true, keyLengths: context.lengths };
      return multiHeadSelf(own, y, { ...config, weights: false }, visibility).output;
    }
    const result = multiHeadCached(own, y, config, context);
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
