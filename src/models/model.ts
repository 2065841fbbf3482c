/** What training, decoding and tasks know of a model, whichever it is. */
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
  /** i32 [B, T], begins with bos. */
  readonly targetInput: Tensor;
}

/** What a decoder reads at one step. */
export interface DecodeStep {
  /** i32 [B, 1]. */
  readonly token: Tensor;
  /** i32 [1]: how many tokens came before. */
  readonly position: Tensor;
  /** i32 [B]: source lengths. */
  readonly lengths: Tensor;
  /** What `encode` left. */
  readonly memory: Lookup;
  /** What earlier steps left, by the names of `decoderState`. */
  readonly state: Lookup;
  /** Whether the result must have attention weights. */
  readonly needsAttention: boolean;
}

/** What a decoder leaves at one step. */
export interface DecodeStepResult {
  /** [B, target vocabulary]. */
  readonly logits: Tensor;
  /** Next values of the decoder's state. */
  readonly state: Tensors;
  /** Attention over the source [B, S], when wanted and there is any. */
  readonly attention: Tensor | undefined;
}

/**
 * What decoding knows of a model: it reads a source once, then gives tokens one by one. A language
 * model's source is the prompt, which begins with bos.
 */
export interface Decodable {
  /** 'transformer', 'lstm', ... */
  readonly kind: string;
  readonly sourceVocabulary: number;
  readonly targetVocabulary: number;
  /** Whether its steps give attention over the source. */
  readonly attends: boolean;
  /** Longest source or target in tokens, with bos or eos. */
  readonly maxLength: number;
  /** Passes of the compiler, of a model with a loop (`scan`) in its encoder or step. */
  readonly passes?: StructurePasses;
  /** Types of what `encode` leaves. */
  memoryTypes(batch: Dim, sourceLength: Dim): Readonly<Record<string, TensorType>>;
  /**
   * Reads the source: what the steps need of it, and the first value of those parts of the decoder's
   * state that need one.
   * @param source i32 [B, S]
   */
  encode(scope: Scope, source: Tensor, lengths: Tensor): Tensors;
  /** The token that the first step reads, i32 [B, 1]; bos in models that do not say. */
  firstToken?(source: Tensor, lengths: Tensor): Tensor;
  /** Types of what the decoder carries from token to token; whatever an earlier sentence left. */
  decoderState(batch: Dim): Readonly<Record<string, TensorType>>;
  /** One more token. */
  step(scope: Scope, step: DecodeStep): DecodeStepResult;
}

/** A sequence from another one. */
export interface TranslationModel extends Decodable {
  /** Plain data from which the model can be made again. */
  readonly config: object;
  /** Teacher forcing: logits [B, T, target vocabulary]. */
  logits(scope: Scope, batch: TeacherBatch): Tensor;
}

/** The next token from those before: a sequence from its own beginning. */
export interface LanguageModel extends Decodable {
  /** Plain data from which the model can be made again. */
  readonly config: object;
  /** Logits of what follows each token [B, T, vocabulary]. */
  logits(scope: Scope, batch: Pick<TeacherBatch, 'targetInput'>): Tensor;
}
