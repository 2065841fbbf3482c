/**
 * The encoder-decoder transformer (Vaswani et al. 2017) for translation: embeddings, nn.Transformer
 * and an output projection. Parameters: src_embed.weight, tgt_embed.weight, transformer.*,
 * generator.*.
 */
import type { Dim } from '../../core/dim';
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
 * embedding * sqrt(modelSize) + positions, with dropout.
 * @param ids i32 [B, T]
 * @param positions [T, modelSize], or [B, T, modelSize]
 */
function embed(
  scope: Scope,
  config: TransformerConfig,
  ids: Tensor,
  table: Weight,
  positions: Tensor,
  name: 'src_embed' | 'tgt_embed',
): Tensor {
  const vectors = table.rows(ids, config.padId);
  const scaled = scale(vectors, Math.sqrt(config.modelSize));
  const part = scope.child(name);
  const placed = add(scaled, part.note('positions', positions));
  return part.note('output', scope.dropout(placed, config.dropout));
}

/** The vectors of the first `length` positions [length, modelSize]. */
function positionRows(config: TransformerConfig, length: Dim): Tensor {
  return view(positionTable(config), [length, config.modelSize]);
}

function positionTable({ maxLength, modelSize, positions }: TransformerConfig): Tensor {
  return constantTensor(sinusoidalTable(maxLength, modelSize, positions));
}

/**
 * The encoder.
 * @param source i32 [B, S]  @param lengths i32 [B]
 * @returns [B, S, modelSize]
 */
export function encode(
  scope: Scope,
  config: TransformerConfig,
  source: Tensor,
  lengths: Tensor,
): Tensor {
  const rows = positionRows(config, dimAt(source, 1));
  const x = embed(scope, config, source, sourceTable(scope, config), rows, 'src_embed');
  const { modelSize, heads, encoderLayers } = config;
  const each = lengthsEncoderLayer(modelSize, heads, layerOptions(config));
  const encoder = scope.child('transformer').child('encoder');
  const y = stack(each, encoderLayers, norm(config))(encoder, x, { keyLengths: lengths });
  return encoder.note('output', y);
}

function layerOptions(config: TransformerConfig): TransformerLayerOptions {
  const { feedForward, dropout, normFirst, activation, epsilon } = config;
  return { feedForward, dropout, normFirst, activation, epsilon };
}

function norm({ modelSize, epsilon }: TransformerConfig): Layer {
  return layerNorm(modelSize, { epsilon });
}

function decoderLayerOf(config: TransformerConfig) {
  return decoderParts(config.modelSize, config.heads, layerOptions(config));
}

/** Projects the memory to keys and values [B, S, 2 * modelSize] for each decoder layer. */
export function projectAll(
  scope: Scope,
  config: TransformerConfig,
  memory: Tensor,
): readonly Tensor[] {
  const decoder = scope.child('transformer').child('decoder');
  const each = decoderLayerOf(config);
  return Array.from({ length: config.decoderLayers }, (_, i) =>
    each.projectMemory(decoder.child(`layers.${i}`), memory),
  );
}

/** Logits over the target vocabulary. @param x [..., modelSize] */
function generate(scope: Scope, config: TransformerConfig, x: Tensor): Tensor {
  const { targetVocabulary, modelSize, tied } = config;
  const shape = [targetVocabulary, modelSize];
  const weight =
    tied === 'none'
      ? scope.weight('generator.weight', shape, xavierUniform())
      : targetTable(scope, config);
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
  config: TransformerConfig,
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
  config: TransformerConfig,
  targetInput: Tensor,
  memory: Tensor,
  lengths: Tensor,
  targetLengths?: Tensor,
): Tensor {
  const rows = positionRows(config, dimAt(targetInput, 1));
  const x = embed(scope, config, targetInput, targetTable(scope, config), rows, 'tgt_embed');
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
  config: TransformerConfig,
  token: Tensor,
  position: Tensor,
  memories: readonly Memory[],
  caches: readonly Tensor[],
  needsAttention: boolean,
): StepResult {
  const row = embedding(reshape(position, [dimAt(position, 0), 1]), positionTable(config));
  const x = embed(scope, config, token, targetTable(scope, config), row, 'tgt_embed');
  const contextOf = (i: number): SelfContext => ({
    kind: 'cached',
    cache: defined(caches[i], 'cache'),
    position,
  });
  const decoded = decodeLayers(scope, config, x, memories, contextOf, needsAttention);
  const last = reshape(decoded.output, [dimAt(token, 0), config.modelSize]);
  return { ...decoded, logits: generate(scope, config, last) };
}
