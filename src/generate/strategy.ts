/** Strategies, which choose the next token from the logits of a model's decoding step. */
import type { Dim } from '../core/dim';
import { dimAt, numberOfElements, type TensorType } from '../core/shape';
import type { Lookup, Tensors } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { embedding } from '../ops/embedding/op';
import { fill } from '../ops/fill/op';
import { equal, or, where } from '../ops/select/op';
import { reshape } from '../ops/view/op';

/** Special ids of the target vocabulary. */
export interface TargetIds {
  readonly pad: number;
  readonly bos: number;
  readonly eos: number;
}

/**
 * Sizes of a decoding plan: sentences, rows (sentences times beam width or samples), source tokens.
 */
export interface Sizes {
  readonly batch: Dim;
  readonly rows: Dim;
  readonly sourceLength: Dim;
}

/** Inputs of a strategy's choice. */
export interface ChooseCall {
  /** [rows, V]. */
  readonly logits: Tensor;
  /** i32 [rows, 1]: the previous token. */
  readonly token: Tensor;
  /** i32 [1]. */
  readonly position: Tensor;
  /** The strategy's state, by the names of `states`. */
  readonly state: Lookup;
  /** Attention weights over the source [rows, S], if the strategy or the caller needs them. */
  readonly attention: Tensor | undefined;
  /** i32 [rows]: source lengths. */
  readonly lengths: Tensor;
  readonly sizes: Sizes;
}

/** The token that a strategy chose for each row, and its next state. */
export interface Choice {
  /** i32 [rows, 1]. */
  readonly token: Tensor;
  /** Sum of log-probabilities of each row so far [rows], if the strategy computes scores. */
  readonly score: Tensor | undefined;
  /** i32 [rows]: the row that each row continues; undefined if every row continues itself. */
  readonly origins: Tensor | undefined;
  /** Next values of the strategy's state. */
  readonly state: Tensors;
}

/** A way to choose tokens: what it computes on the device at each decoding step. */
export interface Strategy {
  readonly name: string;
  /** Number of rows for each sentence. */
  readonly width: number;
  /** Number of hypotheses that are returned for each sentence, the best first. */
  readonly best: number;
  /**
   * Numbers that are inputs of a run rather than part of its plan: f32 [1] each in the inputs of
   * `start`.
   */
  readonly settings: Readonly<Record<string, number>>;
  /** Whether rows can continue other rows, so that the model's state must be reordered. */
  readonly reorders: boolean;
  /** Whether the choice depends on attention weights. */
  readonly needsAttention: boolean;
  /** Whether it computes sums of log-probabilities. */
  readonly scores: boolean;
  /** Whether a sentence is done when its first row has ended, or when all its rows have. */
  readonly doneWith: 'first' | 'all';
  /** Types of its states. */
  states(sizes: Sizes): Readonly<Record<string, TensorType>>;
  /** The random key of a run, an input of `start`; undefined if the strategy is deterministic. */
  readonly key?: (seed: number) => number;
  /** Initial values of its states. @param inputs the settings, and 'key' i32 [1] if there is one */
  start(sizes: Sizes, inputs: Lookup): Tensors;
  /** Chooses the next token of each row. */
  choose(call: ChooseCall): Choice;
}

/** A decoding method. An app imports those that it uses, so that its bundle has no other. */
export interface DecodingMethod<
  Options extends { readonly kind: string } = { readonly kind: string },
> {
  /** The `kind` of its options. */
  readonly kind: string;
  /** Names of options that are settings of the strategy, so that changing them compiles nothing. */
  readonly settingNames: readonly string[];
  /** @throws OptionError for an unknown option or an invalid value */
  create(options: Options, ids: TargetIds): Strategy;
}

/** Replaces the chosen tokens of rows that have ended by pad. @param chosen i32 [rows, 1] */
export function padEnded(token: Tensor, chosen: Tensor, ids: TargetIds): Tensor {
  return where(hasEnded(token, ids), fill(token.shape, ids.pad, 'i32'), chosen);
}

/** Whether each row has ended, from its previous token: bool of the same shape. */
export function hasEnded(token: Tensor, { eos, pad }: TargetIds): Tensor {
  const is = (id: number) => equal(token, fill(token.shape, id, 'i32'));
  return or(is(eos), is(pad));
}

/** Gathers rows of [rows, ...]. @param origins i32 [rows]: the index of each result row */
export function takeRows(x: Tensor, origins: Tensor): Tensor {
  const flat = reshape(x, [dimAt(x, 0), numberOfElements(x.shape.slice(1))]);
  return reshape(embedding(origins, flat), x.shape);
}
