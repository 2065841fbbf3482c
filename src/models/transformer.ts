/**
 * The encoder-decoder transformer (Vaswani et al. 2017) for translation: embeddings, nn.Transformer,
 * output projection. Parameters: src_embed.weight, tgt_embed.weight, transformer.*, generator.*.
 */
import type { Dim } from '../core/dim';
import { checkOptions, OptionError } from '../core/errors';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import { projectMemory } from '../nn/attention';
import { affine, linearBound, norm } from '../nn/layers';
import type { Initialiser, Scope } from '../nn/parameters';
import { xavierUniform } from '../nn/parameters';
import { PAPER_POSITIONS, type PositionOptions, sinusoidalPositions } from '../nn/positions';
import { decoderLayer, encoderLayer, type LayerConfig, type Memory } from '../nn/transformerLayers';
import type { Weight } from '../nn/weight';
import { add } from '../ops/binary/op';
import { embedding } from '../ops/embedding/op';
import { scale } from '../ops/fill/op';
import { reshape, view } from '../ops/view/op';

/** What a transformer is configured by. */
export interface TransformerConfig extends LayerConfig {
  readonly sourceVocabulary: number;
  readonly targetVocabulary: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  /** The output projection is the target embedding ('target'), all three are one ('all'), or not. */
  readonly tied: 'none' | 'target' | 'all';
  readonly positions: PositionOptions;
  /** Longest source or target, in tokens with eos: bounds memory. */
  readonly maxLength: number;
  /** Id whose embedding starts, and in training stays, zero. */
  readonly padId: number;
}

/** The paper's choices where a configuration says nothing. */
export const TRANSFORMER_DEFAULTS = {
  modelSize: 128,
  heads: 4,
  feedForward: 256,
  encoderLayers: 2,
  decoderLayers: 2,
  dropout: 0.1,
  normFirst: false,
  activation: 'relu',
  epsilon: 1e-5,
  tied: 'target',
  positions: PAPER_POSITIONS,
  maxLength: 64,
  padId: 0,
} as const;

/** A configuration of which the sizes of the vocabularies alone are needed. */
export type TransformerOptions = Partial<TransformerConfig> &
  Pick<TransformerConfig, 'sourceVocabulary' | 'targetVocabulary'>;

/**
 * A complete, checked configuration.
 * @throws OptionError for an unknown option or a value that cannot work
 */
export function transformerConfig(options: TransformerOptions): TransformerConfig {
  const known = [...Object.keys(TRANSFORMER_DEFAULTS), 'sourceVocabulary', 'targetVocabulary'];
  checkOptions('transformer', options, known);
  const config = { ...TRANSFORMER_DEFAULTS, ...options };
  const whole = [
    'sourceVocabulary',
    'targetVocabulary',
    'modelSize',
    'heads',
    'feedForward',
  ] as const;
  for (const name of whole) {
    if (!Number.isInteger(config[name]) || config[name] < 1) {
      throw new OptionError(
        `transformer: ${name} must be a positive integer, found ${config[name]}`,
      );
    }
  }
  if (config.modelSize % config.heads !== 0) {
    throw new OptionError(
      `transformer: modelSize ${config.modelSize} is no multiple of heads ${config.heads}`,
    );
  }
  return config;
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

/** embedding x sqrt(modelSize) + positions, with dropout. @param ids i32 [B, T]; positions [T, d] */
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
  return scope.child(name).note('output', scope.dropout(add(scaled, positions), config.dropout));
}

/** The first `length` positions. */
function positionRows(config: TransformerConfig, length: Dim): Tensor {
  return view(positionTable(config), [length, config.modelSize]);
}

function positionTable({ maxLength, modelSize, positions }: TransformerConfig): Tensor {
  return constantTensor(sinusoidalPositions(maxLength, modelSize, positions));
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
  const rows = positionRows(config, source.shape[1] ?? 1);
  let x = embed(scope, config, source, sourceTable(scope, config), rows, 'src_embed');
  const encoder = scope.child('transformer').child('encoder');
  for (let i = 0; i < config.encoderLayers; i++) {
    x = encoderLayer(encoder.child(`layers.${i}`), x, config, { keyLengths: lengths });
  }
  return encoder.note('output', norm(encoder.child('norm'), x, config.modelSize, config.epsilon));
}

/** Keys and values of every decoder layer: [B, S, 2 * modelSize] each. */
export function projectAll(
  scope: Scope,
  config: TransformerConfig,
  memory: Tensor,
): readonly Tensor[] {
  const decoder = scope.child('transformer').child('decoder');
  return Array.from({ length: config.decoderLayers }, (_, i) =>
    projectMemory(decoder.child(`layers.${i}.multihead_attn`), memory, config.modelSize),
  );
}

/** Logits over the target vocabulary. @param x [..., modelSize] */
function generate(scope: Scope, config: TransformerConfig, x: Tensor): Tensor {
  const { targetVocabulary, modelSize, tied } = config;
  const shape = [targetVocabulary, modelSize];
  const weight =
    tied === 'none'
      ? scope.weight('generator.weight', shape, xavierUniform(targetVocabulary, modelSize))
      : targetTable(scope, config);
  const start: Initialiser = tied === 'none' ? linearBound(modelSize) : { kind: 'zeros' };
  return affine(x, weight, scope.parameter('generator.bias', [targetVocabulary], start));
}

/**
 * The decoder over a whole target, for training and scoring.
 * @param targetInput i32 [B, T], begins with bos  @param memory encoder's output [B, S, modelSize]
 * @param targetLengths i32 [B] hides padded keys; padded rows do not matter when the loss skips them
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
  const rows = positionRows(config, targetInput.shape[1] ?? 1);
  let x = embed(scope, config, targetInput, targetTable(scope, config), rows, 'tgt_embed');
  const projected = projectAll(scope, config, memory);
  const decoder = scope.child('transformer').child('decoder');
  projected.forEach((keyValues, i) => {
    const layer = decoder.child(`layers.${i}`);
    const context = { kind: 'whole', lengths: targetLengths } as const;
    x = decoderLayer(layer, x, { projected: keyValues, lengths }, config, context).output;
  });
  const last = norm(decoder.child('norm'), x, config.modelSize, config.epsilon);
  return generate(scope, config, decoder.note('output', last));
}

export interface StepResult {
  /** [B, targetVocabulary]. */
  readonly logits: Tensor;
  /** Next values of the caches. */
  readonly caches: readonly Tensor[];
  /** Cross-attention weights of the last layer [B, heads, 1, S], when asked for. */
  readonly weights: Tensor | undefined;
}

/**
 * The decoder for one more token, over caches.
 * @param token i32 [B, 1]  @param position i32 [1]
 * @param caches a layer each, [B, capacity, 2 * modelSize]
 */
export function decodeStep(
  scope: Scope,
  config: TransformerConfig,
  token: Tensor,
  position: Tensor,
  memories: readonly Memory[],
  caches: readonly Tensor[],
  options: { readonly weights: boolean },
): StepResult {
  const row = embedding(position, positionTable(config));
  let x = embed(scope, config, token, targetTable(scope, config), row, 'tgt_embed');
  const decoder = scope.child('transformer').child('decoder');
  const nextCaches: Tensor[] = [];
  let weights: Tensor | undefined;
  memories.forEach((memory, i) => {
    const cache = caches[i];
    if (cache === undefined) throw new OptionError(`transformer: no cache for layer ${i}`);
    const isLast = i === memories.length - 1;
    const layerConfig = { ...config, weights: options.weights && isLast };
    const context = { kind: 'cached', cache, position } as const;
    const result = decoderLayer(decoder.child(`layers.${i}`), x, memory, layerConfig, context);
    x = result.output;
    weights = result.weights;
    if (result.cache !== undefined) nextCaches.push(result.cache);
  });
  const last = norm(decoder.child('norm'), x, config.modelSize, config.epsilon);
  const logits = generate(scope, config, reshape(last, [token.shape[0] ?? 1, config.modelSize]));
  return { logits, caches: nextCaches, weights };
}
