/** Strategies, which choose the next token from the logits of a model's decoding step. */
import type { Dim } from '../core/dim';
import type { HostTensors } from '../core/hostTensor';
import { dimAt, numberOfElements, type TensorType } from '../core/shape';
import type { Lookup, Tensors } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { embedding } from '../ops/embedding/op';
import { fill } from '../ops/fill/op';
import { equal, or, where } from '../ops/select/op';
import { reshape } from '../ops/view/op';
import type { Hypothesis, Path, PathEnd, Records, TargetIds } from './hypotheses';

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
  /** [rows, V]: their softmax is the distribution of the next token. */
  readonly logits: Tensor;
  /** Scores of the tokens [rows, V] in which those that must not be chosen are far below all others. */
  open(scores: Tensor): Tensor;
  /** i32 [rows, 1]: the previous token. */
  readonly token: Tensor;
  /** bool [rows, 1]: whether the row has ended, so that it gets pad. */
  readonly ended: Tensor;
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
  /** i32 [rows]: the row that each row continues; undefined if every row continues itself. */
  readonly origins: Tensor | undefined;
  /** Next values of the strategy's state. */
  readonly state: Tensors;
  /** What is recorded of this step, by the names of `records`. */
  readonly records: Tensors;
}

/** Types of tensors by name. */
export type TensorTypes = Readonly<Record<string, TensorType>>;

/** A way to choose tokens: what it computes on the device at each decoding step. */
export interface Strategy {
  readonly name: string;
  /** Number of rows for each sentence. */
  readonly width: number;
  /** Number of hypotheses that are returned for each sentence at most, the best first. */
  readonly best: number;
  /** Whether rows can continue other rows, so that the model's state must be reordered. */
  readonly reorders: boolean;
  /** Whether the choice depends on attention weights. */
  readonly needsAttention: boolean;
  /** Types of its states. */
  states(sizes: Sizes): TensorTypes;
  /** Types of the inputs of `start`: what can differ between runs of one plan. */
  inputs(sizes: Sizes): TensorTypes;
  /** Values of the inputs for a run. @throws InputError for what does not fit the batch */
  values(run: { readonly seed: number; readonly batch: number }): HostTensors;
  /**
   * Initial values of its states.
   * @param rest i32 [rows]: the largest number of tokens of each row
   */
  start(sizes: Sizes, inputs: Lookup, rest: Tensor): Tensors;
  /** Types of what it records, of each step and row [rows, ...]. */
  records(sizes: Sizes): TensorTypes;
  /** Chooses the next token of each row. */
  choose(call: ChooseCall): Choice;
  /** The state that `ends` reads; undefined if it reads none. */
  readonly result: string | undefined;
  /**
   * Where a sentence's hypotheses end, the best first.
   * @param result the data of its state `result`  @param steps number of steps so far
   */
  ends(sentence: number, steps: number, result: ArrayLike<number>): readonly PathEnd[];
  /** What it tells of a hypothesis, from its records. */
  describe(path: Path, records: Records): Partial<Hypothesis>;
}

/** A strategy without state, inputs and records, whose hypotheses are its rows. */
export function plainStrategy(name: string, width: number, choose: Strategy['choose']): Strategy {
  return {
    name,
    width,
    best: width,
    reorders: false,
    needsAttention: false,
    states: () => ({}),
    inputs: () => ({}),
    values: () => ({}),
    start: () => ({}),
    records: () => ({}),
    choose,
    result: undefined,
    ends: (sentence, steps) =>
      Array.from({ length: width }, (_, k) => ({ row: sentence * width + k, steps })),
    describe: () => ({}),
  };
}

/** A decoding method. An app imports those that it uses, so that its bundle has no other. */
export interface DecodingMethod<
  Options extends { readonly kind: string } = { readonly kind: string },
> {
  /** The `kind` of its options. */
  readonly kind: string;
  /** Names of options that are inputs of a run, so that changing them compiles nothing. */
  readonly settingNames: readonly string[];
  /** @throws OptionError for an unknown option or an invalid value */
  create(options: Options, ids: TargetIds): Strategy;
}

/** Replaces the chosen tokens of rows that have ended by pad. @param chosen i32 [rows, 1] */
export function padEnded({ ended, token }: ChooseCall, chosen: Tensor, ids: TargetIds): Tensor {
  return where(ended, fill(token.shape, ids.pad, 'i32'), chosen);
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
