/** The interfaces of models for training, decoding and tasks. */
import type { StructurePasses } from '../compiler/compile';
import type { Dim } from '../core/dim';
import type { TensorType } from '../core/shape';
import type { Lookup, Tensors } from '../graph/graph';
import type { Tensor } from '../graph/op';
import type { Scope } from '../nn/parameters';

/** A padded batch for teacher forcing. */
export interface TeacherBatch {
  /** i32 [B, S]. */
  readonly source: Tensor;
  /** i32 [B]. */
  readonly sourceLengths: Tensor;
  /** i32 [B, T]: each row begins with bos. */
  readonly targetInput: Tensor;
}

/** Inputs of one decoding step. */
export interface DecodeStep {
  /** i32 [B, 1]. */
  readonly token: Tensor;
  /** i32 [B]: number of earlier tokens of each row. */
  readonly position: Tensor;
  /** i32 [B]: source lengths. */
  readonly lengths: Tensor;
  /** Results of `encode`, by name. */
  readonly memory: Lookup;
  /** State after the earlier steps, by the names of `decoderState`. */
  readonly state: Lookup;
  /** Whether the result must have attention weights. */
  readonly needsAttention: boolean;
}

/** Results of one decoding step. */
export interface DecodeStepResult {
  /** [B, targetVocabulary]. */
  readonly logits: Tensor;
  /** Next values of the decoder's state. */
  readonly state: Tensors;
  /** Attention weights over the source [B, S], if they are needed and the model has attention. */
  readonly attention: Tensor | undefined;
}

/**
 * A model as decoders use it: it encodes a source once, then predicts tokens one by one. The source
 * of a language model is the prompt, which begins with bos.
 */
export interface Decodable {
  /** Name of the kind: 'transformer', 'lstm', ... */
  readonly kind: string;
  readonly sourceVocabulary: number;
  readonly targetVocabulary: number;
  /** Whether `step` can return attention weights over the source. */
  readonly attends: boolean;
  /** Longest source or target in tokens, including bos or eos. */
  readonly maxLength: number;
  /** Compiler passes that a model needs whose encoder or step has a loop (`scan`). */
  readonly passes?: StructurePasses;
  /** Types of the results of `encode` that steps read but do not change. */
  memoryTypes(batch: Dim, sourceLength: Dim): Readonly<Record<string, TensorType>>;
  /**
   * Encodes the source.
   * @param source i32 [B, S]  @param lengths i32 [B]
   * @returns the memory for the steps, and initial values of the decoder's state where it needs
   *   them
   */
  encode(scope: Scope, source: Tensor, lengths: Tensor): Tensors;
  /** The token that the first step reads, i32 [B, 1] (default: bos). */
  firstToken?(source: Tensor, lengths: Tensor): Tensor;
  /**
   * The position of the token that the first step reads, i32 [B] (default: 0). A row ends when its
   * position reaches `maxLength`. A language model with a cache has read the prompt's other tokens,
   * so that this is their number.
   */
  firstPosition?(lengths: Tensor): Tensor;
  /**
   * Types of the decoder's state. What `encode` does not initialise keeps its value from the last
   * sequence.
   */
  decoderState(batch: Dim): Readonly<Record<string, TensorType>>;
  /** Predicts the next token. */
  step(scope: Scope, step: DecodeStep): DecodeStepResult;
}

/** A model that generates a sequence from another one. */
export interface TranslationModel extends Decodable {
  /** Plain data from which the same model can be made. */
  readonly config: object;
  /** Logits of teacher forcing [B, T, targetVocabulary]. */
  logits(scope: Scope, batch: TeacherBatch): Tensor;
}

/**
 * A model that restores a text from one with noise: an encoder-decoder whose source and target have
 * one vocabulary.
 */
export interface DenoisingModel extends TranslationModel {
  /** Id that stands for a missing span of any length, one of the vocabulary. */
  readonly maskId: number;
}

/** A model that predicts each token from the ones before it. */
export interface LanguageModel extends Decodable {
  /** Plain data from which the same model can be made. */
  readonly config: object;
  /** Logits of the token after each position [B, T, vocabulary]. */
  logits(scope: Scope, batch: Pick<TeacherBatch, 'targetInput'>): Tensor;
}

/** 'skipgram' predicts the context from a word, 'cbow' a word from its context. */
export type WordVectorKind = 'skipgram' | 'cbow';

/** Configuration of a model of word vectors. */
export interface WordVectorConfig {
  readonly kind: WordVectorKind;
  readonly vocabulary: number;
  /** Dimensions of a vector. */
  readonly size: number;
  /** Maximum number of context words on either side. */
  readonly window: number;
  /** Negative samples for each example. */
  readonly negatives: number;
  /** Relative frequency above which occurrences are subsampled; 0 keeps all. */
  readonly subsample: number;
  /** Id of padding. */
  readonly padId: number;
}

/** A model of word vectors, trained by negative sampling. */
export interface WordVectorModel {
  readonly kind: WordVectorKind;
  readonly config: WordVectorConfig;
  /** C: number of input words of an example. */
  readonly width: number;
  /** N: number of words that are scored for an example, the true one and the negative samples. */
  readonly candidates: number;
  /**
   * Scores words given input words.
   * @param inputs i32 [P, C], padded  @param words i32 [P, N]
   * @returns [P, N]
   */
  scores(scope: Scope, inputs: Tensor, words: Tensor): Tensor;
}

/** A padded batch of sequences. */
export interface Sequences {
  /** i32 [B, T]. */
  readonly tokens: Tensor;
  /** i32 [B]. */
  readonly lengths: Tensor;
  /**
   * i32 [B, T]: 0 for tokens of a pair's first text, 1 for those of its second (default: 0). Models
   * without such types do not read it.
   */
  readonly types?: Tensor | undefined;
}

/** A model that labels whole sequences, or each of their tokens. */
export interface Labeller {
  readonly vocabulary: number;
  readonly classes: number;
  readonly maxLength: number;
  /** Whether every token has a label, rather than every sequence. */
  readonly perToken: boolean;
  /** [B, T, classes] if `perToken`, else [B, classes]. */
  logits(scope: Scope, batch: Sequences): Tensor;
}

/** Activation of the hidden layer of a classifier. */
export type HeadActivation = 'tanh' | 'relu';

/**
 * A model that reads a text in both directions and predicts the tokens that are masked. A text is
 * framed by bos and eos.
 */
export interface MaskedLanguageModel extends Labeller {
  readonly kind: string;
  /** Plain data from which the same model can be made. */
  readonly config: object;
  /** Number of channels of a contextual vector. */
  readonly size: number;
  /**
   * Id that stands for a token to be predicted, one of the vocabulary; -1 for a model that only
   * reads.
   */
  readonly maskId: number;
  /** Activation of the hidden layer of classifiers on it (default 'tanh'). */
  readonly headActivation?: HeadActivation;
  /** The contextual vector of each token [B, T, size]. */
  encode(scope: Scope, batch: Sequences): Tensor;
  /** Logits of tokens from their contextual vectors [..., size] -> [..., vocabulary]. */
  predict(scope: Scope, vectors: Tensor): Tensor;
}
