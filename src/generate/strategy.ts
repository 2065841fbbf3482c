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
import { followPath, type Hypothesis, type Path, type Records, type TargetIds } from './hypotheses';

/** Sizes of a decoding plan. */
export interface Sizes {
  /** Sentences. */
  readonly batch: Dim;
  /** Sentences times beam width or samples. */
  readonly rows: Dim;
  /** Source tokens. */
  readonly sourceLength: Dim;
  /** Size of the target vocabulary. */
  readonly vocabulary: number;
  /** Largest number of decoding steps. */
  readonly maxLength: number;
}

/** A run of decoding plans. */
export interface DecodingRun extends Pick<Sizes, 'vocabulary' | 'maxLength'> {
  /** Number of sentences. */
  readonly batch: number;
  /** Random seed. */
  readonly seed: number;
}

/** Inputs of a strategy's choice. */
export interface ChooseCall {
  /** Their softmax is the distribution of the next token, [rows, V]. */
  readonly logits: Tensor;
  /** Scores of the tokens [rows, V] in which those that must not be chosen are far below all others. */
  open(scores: Tensor): Tensor;
  /** i32 [rows, 1]: the most tokens that each row may get (default: as many as the model allows). */
  readonly limit?: Tensor;
  /** The ids that end a row (default: eos). */
  readonly ends?: readonly number[];
  /** bool [rows, 1]: whether the token may be chosen, rather than forced by a prefix (default: true). */
  readonly isFree?: Tensor;
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
  /**
   * A text that is equal for strategies that can share a plan, because they differ in inputs of a
   * run at most.
   */
  readonly key: string;
  /** Number of rows for each sentence. */
  readonly width: number;
  /** Whether rows can continue other rows, so that the model's state must be reordered. */
  readonly reorders: boolean;
  /** Whether it sums log-probabilities, in the record `scores`. */
  readonly scores: boolean;
  /**
   * Whether its rows end as `limit` and `ends` say (default false). Where rows do not continue other
   * rows, `ended` suffices.
   */
  readonly heedsLimits?: boolean;
  /** Whether the choice depends on attention weights. */
  readonly needsAttention: boolean;
  /** Types of its states. */
  states(sizes: Sizes): TensorTypes;
  /** Types of the inputs of `start`: what can differ between runs of one plan. */
  inputs(sizes: Sizes): TensorTypes;
  /** Values of the inputs for a run. @throws InputError for what does not fit it */
  values(run: DecodingRun): HostTensors;
  /**
   * Initial values of its states.
   * @param position i32 [B]: the position of the token that the first step reads
   */
  start(sizes: Sizes, inputs: Lookup, position: Tensor): Tensors;
  /** Types of what it records, of each step and row [rows, ...]. */
  records(sizes: Sizes): TensorTypes;
  /** Chooses the next token of each row. */
  choose(call: ChooseCall): Choice;
  /**
   * The tokens of a sentence's hypotheses so far, the best first. Decoding ends when all of them end
   * with eos or are shorter than the number of steps.
   * @param forced number of tokens of the sentence's forced prefix (default 0)
   */
  paths(sentence: number, records: Records, forced?: number): readonly Path[];
  /** What it tells of a hypothesis, from its records. */
  describe(path: Path, records: Records): Partial<Hypothesis>;
}

/** A strategy without state, inputs and records, whose hypotheses are its rows. */
export function plainStrategy(
  key: string,
  width: number,
  ids: TargetIds,
  choose: Strategy['choose'],
): Strategy {
  return {
    key,
    width,
    reorders: false,
    scores: false,
    needsAttention: false,
    states: () => ({}),
    inputs: () => ({}),
    values: () => ({}),
    start: () => ({}),
    records: () => ({}),
    choose,
    paths: (sentence, records) =>
      Array.from({ length: width }, (_, k) =>
        followPath(records, sentence * width + k, records.steps, ids),
      ),
    describe: () => ({}),
  };
}

/** A decoding method. An app imports those that it uses, so that its bundle has no other. */
export interface DecodingMethod<
  Options extends { readonly kind: string } = { readonly kind: string },
> {
  /** The `kind` of its options. */
  readonly kind: string;
  /** @throws OptionError for an unknown option or an invalid value */
  create(options: Options, ids: TargetIds): Strategy;
  readonly extend?: undefined;
}

/**
 * An option that works with every decoding method, such as constraints. An app imports those that
 * it uses.
 */
export interface DecodingFeature<Value = unknown> {
  readonly create?: undefined;
  /** Name of the option, and of its export. */
  readonly kind: string;
  /** @throws OptionError for an invalid value */
  extend(strategy: Strategy, value: Value, ids: TargetIds): Strategy;
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
