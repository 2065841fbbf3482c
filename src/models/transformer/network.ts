/**
 * The encoder-decoder transformer (Vaswani et al. 2017) for translation: embeddings, nn.Transformer
 * and an output projection. Parameters: src_embed.weight, tgt_embed.weight, transformer.*,
 * generator.*.
 */
import { defined } from '../../core/errors';
import { dimAt } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import { constantTensor } from '../../graph/source';
import { xavierUniform } from '../../nn/initialisers';
import type { Layer } from '../../nn/layer';
import { affine, linearBound } from '../../nn/linear';
import { layerNorm } from '../../nn/norms';
import type { Initialiser, Scope } from '../../nn/parameters';
import { stack } from '../../nn/sequential';
import { sinusoidalTable } from '../../nn/sinusoidalTable';
import {
  decoderParts,
  type LayerParts,
  lengthsEncoderLayer,
  type Memory,
  type SelfContext,
  type TransformerLayerOptions,
} from '../../nn/transformerLayers';
import type { Weight } from '../../nn/weight';
import { add } from '../../ops/binary/op';
import { embedding } from '../../ops/embedding/op';
import { scale } from '../../ops/fill/op';
import { reshape, view } from '../../ops/view/op';
import type { TransformerConfig } from './config';

/**
 * Adds positions to embedded tokens.
 * @param vectors [B, T, modelSize], scaled
 * @param position i32 [B]: the position of each row's first token (default: 0)
 */
export type PlaceTokens = (
  scope: Scope,
  config: TransformerConfig,
  vectors: Tensor,
  position: Tensor | undefined,
) => Tensor;

/**
 * Parts in which other encoder-decoders differ from the paper's. They are values, so that a model
 * has only its own in the bundle.
 */
export interface NetworkParts {
  /** Whether embedded tokens are multiplied by sqrt(modelSize). */
  readonly scaled: boolean;
  readonly place: PlaceTokens;
  /** The feed-forward network, which has the activation. */
  readonly network: LayerParts['network'];
  /** Whether a norm follows the last layer of the encoder, and of the decoder. */
  readonly finalNorm: boolean;
  /** Whether a bias is added to the logits. */
  readonly logitsBias: boolean;
}

/** The configuration of an encoder-decoder (default parts: those of the paper). */
export interface NetworkConfig extends TransformerConfig {
  readonly parts?: NetworkParts;
}

function embeddingStart({ modelSize, padId }: TransformerConfig): Initialiser {
  return { kind: 'normal', deviation: modelSize ** -0.5, zeroRow: padId };
}

function sourceTable(scope: Scope, config: TransformerConfig): Weight {
  const name = config.tied === 'all' ? 'tgt_embed.weight' : 'src_embed.weight';
  return scope.weight(name, [config.sourceVocabulary, config.modelSize], embeddingStart(config));
}

function targetTable(scope: Scope, config: TransformerConfig): Weight {
  const shape = [config.targetVocabulary, config.modelSize];
  return scope.weight('tgt_embed.weight', shape, embeddingStart(config));
}

/**
 * Embeds tokens at their positions, with dropout.
 * @param ids i32 [B, T]  @param position as in `PlaceTokens`
 */
function embed(
  scope: Scope,
  config: NetworkConfig,
  ids: Tensor,
  table: Weight,
  name: 'src_embed' | 'tgt_embed',
  position?: Tensor,
): Tensor {
  const { modelSize, padId, dropout, parts } = config;
  const part = scope.child(name);
  const vectors = table.rows(ids, padId);
  const scaled = parts?.scaled === false ? vectors : scale(vectors, Math.sqrt(modelSize));
  const placed = (parts?.place ?? addSinusoids)(part, config, scaled, position);
  return part.note('output', scope.dropout(placed, dropout));
}

/** Adds sinusoids (Vaswani et al. 2017, section 3.5). */
export const addSinusoids: PlaceTokens = (scope, config, vectors, position) => {
  const { maxLength, modelSize, positions } = config;
  const table = constantTensor(sinusoidalTable(maxLength, modelSize, positions));
  const rows =
    position === undefined
      ? view(table, [dimAt(vectors, 1), modelSize])
      : embedding(reshape(position, [dimAt(position, 0), 1]), table);
  return add(vectors, scope.note('positions', rows));
};

/**
 * The encoder.
 * @param source i32 [B, S]  @param lengths i32 [B]
 * @returns [B, S, modelSize]
 */
export function encode(
  scope: Scope,
  config: NetworkConfig,
  source: Tensor,
  lengths: Tensor,
): Tensor {
  const x = embed(scope, config, source, sourceTable(scope, config), 'src_embed');
  const { modelSize, heads, encoderLayers } = config;
  const each = lengthsEncoderLayer(modelSize, heads, layerOptions(config));
  const encoder = scope.child('transformer').child('encoder');
  const y = stack(each, encoderLayers, norm(config))(encoder, x, { keyLengths: lengths });
  return encoder.note('output', y);
}

function layerOptions(config: NetworkConfig): TransformerLayerOptions & LayerParts {
  const { feedForward, dropout, normFirst, activation, epsilon, parts } = config;
  const shared = { feedForward, dropout, normFirst, activation, epsilon };
  return parts?.network === undefined ? shared : { ...shared, network: parts.network };
}

/** The norm after the last layer; the identity in models without one. */
function norm({ modelSize, epsilon, parts }: NetworkConfig): Layer {
  return parts?.finalNorm === false ? (_scope, x) => x : layerNorm(modelSize, { epsilon });
}

function decoderLayerOf(config: NetworkConfig) {
  return decoderParts(config.modelSize, config.heads, layerOptions(config));
}

/** Projects the memory to keys and values [B, S, 2 * modelSize] for each decoder layer. */
export function projectAll(scope: Scope, config: NetworkConfig, memory: Tensor): readonly Tensor[] {
  const decoder = scope.child('transformer').child('decoder');
  const each = decoderLayerOf(config);
  return Array.from({ length: config.decoderLayers }, (_, i) =>
    each.projectMemory(decoder.child(`layers.${i}`), memory),
  );
}

/** Logits over the target vocabulary. @param x [..., modelSize] */
function generate(scope: Scope, config: NetworkConfig, x: Tensor): Tensor {
  const { targetVocabulary, modelSize, tied } = config;
  const shape = [targetVocabulary, modelSize];
  const weight =
    tied === 'none'
      ? scope.weight('generator.weight', shape, xavierUniform())
      : targetTable(scope, config);
  if (config.parts?.logitsBias === false) return weight.product(x);
  const start: Initialiser = tied === 'none' ? linearBound(modelSize) : { kind: 'zeros' };
  return affine(x, weight, scope.parameter('generator.bias', [targetVocabulary], start));
}

/** Results of the decoder's layers. */
interface Decoded {
  /** Output of the final norm. */
  readonly output: Tensor;
  /** Next values of the caches, if there are any. */
  readonly caches: readonly Tensor[];
  /** Cross-attention weights of the last layer, if requested. */
  readonly attention: Tensor | undefined;
}

/** Runs the decoder's layers. @param contextOf the self-attention context of each layer */
function decodeLayers(
  scope: Scope,
  config: NetworkConfig,
  embedded: Tensor,
  memories: readonly Memory[],
  contextOf: (layer: number) => SelfContext,
  needsAttention: boolean,
): Decoded {
  const decoder = scope.child('transformer').child('decoder');
  const each = decoderLayerOf(config);
  const caches: Tensor[] = [];
  let x = embedded;
  let attention: Tensor | undefined;
  memories.forEach((memory, i) => {
    const isLast = i === memories.length - 1;
    const scopeOfLayer = decoder.child(`layers.${i}`);
    const result = each.apply(scopeOfLayer, x, memory, contextOf(i), needsAttention && isLast);
    x = result.output;
    attention = result.attention;
    if (result.cache !== undefined) caches.push(result.cache);
  });
  const output = norm(config)(decoder.child('norm'), x);
  return { output: decoder.note('output', output), caches, attention };
}

/**
 * The decoder over whole targets, for training and scoring.
 * @param targetInput i32 [B, T], begins with bos
 * @param memory the encoder's output [B, S, modelSize]
 * @param targetLengths i32 [B]: masks padded keys; unnecessary if the loss ignores padded positions
 * @returns logits [B, T, targetVocabulary]
 */
export function decode(
  scope: Scope,
  config: NetworkConfig,
  targetInput: Tensor,
  memory: Tensor,
  lengths: Tensor,
  targetLengths?: Tensor,
): Tensor {
  const x = embed(scope, config, targetInput, targetTable(scope, config), 'tgt_embed');
  const memories = projectAll(scope, config, memory).map((projected) => ({ projected, lengths }));
  const context = { kind: 'whole', lengths: targetLengths } as const;
  const { output } = decodeLayers(scope, config, x, memories, () => context, false);
  return generate(scope, config, output);
}

export interface StepResult {
  /** [B, targetVocabulary]. */
  readonly logits: Tensor;
  /** Next values of the caches. */
  readonly caches: readonly Tensor[];
  /** Cross-attention weights of the last layer [B, heads, 1, S], if requested. */
  readonly attention: Tensor | undefined;
}

/**
 * One decoding step over caches.
 * @param token i32 [B, 1]  @param position i32 [B]
 * @param caches [B, capacity, 2 * modelSize] for each layer
 */
export function decodeStep(
  scope: Scope,
  config: NetworkConfig,
  token: Tensor,
  position: Tensor,
  memories: readonly Memory[],
  caches: readonly Tensor[],
  needsAttention: boolean,
): StepResult {
  const x = embed(scope, config, token, targetTable(scope, config), 'tgt_embed', position);
  const contextOf = (i: number): SelfContext => ({
    kind: 'cached',
    cache: defined(caches[i], 'cache'),
    position,
  });
  const decoded = decodeLayers(scope, config, x, memories, contextOf, needsAttention);
  const last = reshape(decoded.output, [dimAt(token, 0), config.modelSize]);
  return { ...decoded, logits: generate(scope, config, last) };
}
