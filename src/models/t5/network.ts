/**
 * The network of T5 (Raffel et al. 2020). A norm precedes each sublayer and follows the last layer
 * of a stack. Parameters have the names of published files, except that the projections of queries,
 * keys and values are one matrix, and those of keys and values of the memory.
 */
import { defined } from '../../core/errors';
import { dimAt } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import type { KeyValueCache } from '../../nn/attention';
import { rmsNorm } from '../../nn/norms';
import type { Initialiser, Scope } from '../../nn/parameters';
import type { Weight } from '../../nn/weight';
import { add } from '../../ops/binary/op';
import { scale } from '../../ops/fill/op';
import { cachedAttention, crossAttention, projectMemory, selfAttention } from './attention';
import type { T5Config } from './config';
import { t5FeedForward } from './feedForward';
import { sequenceBias, stepBias } from './positions';

type Side = 'encoder' | 'decoder';

const tables: Initialiser = { kind: 'normal', deviation: 1 };

/** The embedding of a side. */
function tableOf(scope: Scope, config: T5Config, side: Side): Weight {
  const { tied, modelSize, sourceVocabulary, targetVocabulary } = config;
  const isShared = tied === 'all' || tied === 'embeddings';
  const vocabulary = side === 'encoder' ? sourceVocabulary : targetVocabulary;
  const name = isShared ? 'shared.weight' : `${side}.embed_tokens.weight`;
  return scope.weight(name, [vocabulary, modelSize], tables);
}

/** Vectors of tokens, which T5 does not scale. @param ids i32 [B, T] */
function embed(scope: Scope, config: T5Config, ids: Tensor, side: Side): Tensor {
  const vectors = tableOf(scope, config, side).rows(ids);
  const part = scope.child(`${side}.embed_tokens`);
  return part.note('output', scope.dropout(vectors, config.dropout));
}

/** x + dropout(f(norm(x))), where f has the scope of the sublayer. */
function sublayer(
  scope: Scope,
  { modelSize, epsilon, dropout }: T5Config,
  x: Tensor,
  f: (x: Tensor) => Tensor,
): Tensor {
  const normalised = rmsNorm(modelSize, { epsilon })(scope.child('layer_norm'), x);
  return add(x, scope.dropout(f(normalised), dropout));
}

const blockOf = (scope: Scope, side: Side, i: number): Scope => scope.child(`${side}.block.${i}`);

const selfOf = (block: Scope): Scope => block.child('layer.0.SelfAttention');

/** The last part of a block. @param at index of the sublayer */
function feedForward(block: Scope, config: T5Config, x: Tensor, at: 1 | 2): Tensor {
  const scope = block.child(`layer.${at}`);
  const network = (y: Tensor) => t5FeedForward(scope.child('DenseReluDense'), y, config);
  return block.note('output', sublayer(scope, config, x, network));
}

/** The end of a stack: a norm and dropout. */
function finish(scope: Scope, config: T5Config, x: Tensor, side: Side): Tensor {
  const { modelSize, epsilon, dropout } = config;
  const stack = scope.child(side);
  const y = rmsNorm(modelSize, { epsilon })(stack.child('final_layer_norm'), x);
  return stack.note('output', scope.dropout(y, dropout));
}

/**
 * The encoder.
 * @param source i32 [B, S]  @param lengths i32 [B]
 * @returns [B, S, modelSize]
 */
export function encode(scope: Scope, config: T5Config, source: Tensor, lengths: Tensor): Tensor {
  let x = embed(scope, config, source, 'encoder');
  const bias = sequenceBias(selfOf(blockOf(scope, 'encoder', 0)), config, true, dimAt(source, 1));
  for (let i = 0; i < config.encoderLayers; i++) {
    const block = blockOf(scope, 'encoder', i);
    const visibility = { causal: false, keyLengths: lengths, bias };
    x = sublayer(block.child('layer.0'), config, x, (y) =>
      selfAttention(selfOf(block), y, config, visibility),
    );
    x = feedForward(block, config, x, 1);
  }
  return finish(scope, config, x, 'encoder');
}

const crossOf = (block: Scope): Scope => block.child('layer.1.EncDecAttention');

/** The memory as keys and values of each decoder layer [B, S, 2 * heads * headSize]. */
export function projectAll(scope: Scope, config: T5Config, memory: Tensor): readonly Tensor[] {
  return Array.from({ length: config.decoderLayers }, (_, i) =>
    projectMemory(crossOf(blockOf(scope, 'decoder', i)), memory, config),
  );
}

/** What decoder layers attend to. */
interface Memories {
  readonly projected: readonly Tensor[];
  /** i32 [B]. */
  readonly lengths: Tensor;
  /** Whether the weights over the source are needed. */
  readonly needsWeights: boolean;
}

/**
 * Runs the decoder's layers.
 * @param attend the self-attention of layer i
 * @returns logits [B, T, targetVocabulary], and the cross-attention weights [B, heads, T, S] of the
 *   last layer if requested
 */
function decodeLayers(
  scope: Scope,
  config: T5Config,
  tokens: Tensor,
  { projected, lengths, needsWeights }: Memories,
  attend: (scope: Scope, y: Tensor, i: number) => Tensor,
): { readonly logits: Tensor; readonly attention: Tensor | undefined } {
  let x = embed(scope, config, tokens, 'decoder');
  let attention: Tensor | undefined;
  projected.forEach((memory, i) => {
    const block = blockOf(scope, 'decoder', i);
    x = sublayer(block.child('layer.0'), config, x, (y) => attend(selfOf(block), y, i));
    x = sublayer(block.child('layer.1'), config, x, (y) => {
      const isLast = i === projected.length - 1;
      const needed = needsWeights && isLast;
      const found = crossAttention(crossOf(block), y, config, memory, lengths, needed);
      attention = found.weights;
      return found.output;
    });
    x = feedForward(block, config, x, 2);
  });
  return { logits: predict(scope, config, finish(scope, config, x, 'decoder')), attention };
}

/** Logits [..., targetVocabulary]. @param x [..., modelSize] */
function predict(scope: Scope, config: T5Config, x: Tensor): Tensor {
  const { tied, modelSize, targetVocabulary, scaledOutput } = config;
  const isOwn = tied === 'none' || tied === 'embeddings';
  const matrix = isOwn
    ? scope.weight('lm_head.weight', [targetVocabulary, modelSize], tables)
    : tableOf(scope, config, 'decoder');
  return matrix.product(scaledOutput ? scale(x, modelSize ** -0.5) : x);
}

/**
 * The decoder over whole targets, for training and scoring.
 * @param targetInput i32 [B, T]  @param memory the encoder's output [B, S, modelSize]
 * @param lengths i32 [B]: source lengths
 * @returns logits [B, T, targetVocabulary]
 */
export function decode(
  scope: Scope,
  config: T5Config,
  targetInput: Tensor,
  memory: Tensor,
  lengths: Tensor,
): Tensor {
  const memories = { projected: projectAll(scope, config, memory), lengths, needsWeights: false };
  const first = selfOf(blockOf(scope, 'decoder', 0));
  const bias = sequenceBias(first, config, false, dimAt(targetInput, 1));
  return decodeLayers(scope, config, targetInput, memories, (self, y) =>
    selfAttention(self, y, config, { causal: true, bias }),
  ).logits;
}

/** The result of a decoding step. */
export interface StepResult {
  /** [B, 1, targetVocabulary]. */
  readonly logits: Tensor;
  /** Next values of the caches. */
  readonly caches: readonly Tensor[];
  /** Cross-attention weights of the last layer [B, heads, 1, S], if requested. */
  readonly attention: Tensor | undefined;
}

/**
 * One decoding step over caches.
 * @param token i32 [B, 1]  @param position i32 [B]
 * @param caches [B, maxLength, 2 * heads * headSize] for each layer
 */
export function decodeStep(
  scope: Scope,
  config: T5Config,
  token: Tensor,
  position: Tensor,
  memories: Memories,
  caches: readonly Tensor[],
): StepResult {
  const bias = stepBias(selfOf(blockOf(scope, 'decoder', 0)), config, position);
  const next: Tensor[] = [];
  const result = decodeLayers(scope, config, token, memories, (self, y, i) => {
    const before: KeyValueCache = { cache: defined(caches[i], 'cache'), position };
    const { output, cache } = cachedAttention(self, y, config, before, bias);
    next.push(cache);
    return output;
  });
  return { ...result, caches: next };
}
