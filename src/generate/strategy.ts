/** How the next token is chosen: what every way of decoding adds to the model's step. */
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

/** Sizes of a plan: sentences, rows of the model (sentences x width), source tokens. */
export interface Sizes {
  readonly batch: Dim;
  readonly rows: Dim;
  readonly sourceLength: Dim;
}

/** What a strategy chooses the next token from. */
export interface ChooseCall {
  /** [rows, V]. */
  readonly logits: Tensor;
  /** i32 [rows, 1]: the token before. */
  readonly token: Tensor;
  /** i32 [1]. */
  readonly position: Tensor;
  /** The strategy's own state, by the names of `states`. */
  readonly state: Lookup;
  /** Attention over the source [rows, S], where the model has any and it was asked for. */
  readonly weights: Tensor | undefined;
  /** i32 [rows]: source lengths. */
  readonly lengths: Tensor;
  readonly sizes: Sizes;
}

/** The token that a strategy chose for each row, and its next state. */
export interface Choice {
  /** i32 [rows, 1]. */
  readonly token: Tensor;
  /** Sum of log-probabilities of each row so far [rows], when scores are kept. */
  readonly score: Tensor | undefined;
  /** i32 [rows]: the row that each goes on from; itself when undefined. */
  readonly origins: Tensor | undefined;
  /** Next values of the strategy's state. */
  readonly state: Tensors;
}

/** A way to choose tokens: what it computes on the device at each step of decoding. */
export interface Strategy {
  readonly name: string;
  /** Rows that a sentence takes. */
  readonly width: number;
  /** Hypotheses that are given of a sentence, the best first. */
  readonly best: number;
  /** Numbers that are data of a run and no part of its plan: f32 [1] each among the inputs of `start`. */
  readonly settings: Readonly<Record<string, number>>;
  /** Whether rows change places, and whether the model's attention is needed to choose. */
  readonly reorders: boolean;
  readonly needsWeights: boolean;
  /** Whether the sums of log-probabilities are kept. */
  readonly scores: boolean;
  /** Whether a sentence is done as soon as its first row is, or when all its rows are. */
  readonly doneWith: 'first' | 'all';
  states(sizes: Sizes): Readonly<Record<string, TensorType>>;
  /** Random bits of a run, which `start` then takes; undefined where nothing is drawn. */
  readonly key?: (seed: number) => number;
  /** First values of its state. @param inputs 'key' i32 [1], where there is one, and its settings */
  start(sizes: Sizes, inputs: Lookup): Tensors;
  choose(call: ChooseCall): Choice;
}

/** What asks for a way of decoding: plain data. */
export interface Asked {
  readonly kind: string;
}

/** A way of decoding, which an app hands in so that no other is in its bundle. */
export interface DecodingMethod<Options extends Asked = Asked> {
  /** Of the options that ask for it. */
  readonly kind: string;
  /** Options that are settings of the strategy: another value of them compiles nothing. */
  readonly settingNames: readonly string[];
  /** @throws OptionError for an unknown option or a value that cannot work */
  create(options: Options, ids: TargetIds): Strategy;
}

/** After its end a row only pads, whatever was chosen. @param chosen i32 [rows, 1] */
export function padEnded(token: Tensor, chosen: Tensor, ids: TargetIds): Tensor {
  return where(hasEnded(token, ids), fill(token.shape, ids.pad, 'i32'), chosen);
}

/** bool, of the shape of the tokens: whether a row had ended before. */
export function hasEnded(token: Tensor, { eos, pad }: TargetIds): Tensor {
  const is = (id: number) => equal(token, fill(token.shape, id, 'i32'));
  return or(is(eos), is(pad));
}

/** Rows of [rows, ...] in another order, some of them several times. @param origins i32 [rows] */
export function takeRows(x: Tensor, origins: Tensor): Tensor {
  const flat = reshape(x, [dimAt(x, 0), numberOfElements(x.shape.slice(1))]);
  return reshape(embedding(origins, flat), x.shape);
}
