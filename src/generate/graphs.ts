/**
 * The two graphs of decoding: the encoder, run once for each source, and a step, run once for each
 * token.
 */
import { type Dim, dim, multiplyDims } from '../core/dim';
import { dimAt, f32, i32, lastDim, type TensorType } from '../core/shape';
import { type Graph, type Tensors, trace } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import type { Decodable } from '../models/model';
import type { ParameterLayout } from '../nn/parameters';
import { parameterScope, parameterStates } from '../nn/storage';
import { add } from '../ops/binary/op';
import { fill } from '../ops/fill/op';
import { broadcastTo } from '../ops/movement/expand';
import { increment, writeRows } from '../ops/update/op';
import { reshape } from '../ops/view/op';
import { type Sizes, type Strategy, type TargetIds, takeRows } from './strategy';

/** Options of the graphs of decoding. */
export interface GraphOptions {
  /** Largest number of sentences in a batch. */
  readonly maxBatch: number;
  readonly ids: TargetIds;
  readonly strategy: Strategy;
  /** Whether the attention attention of every decoded token are recorded. */
  readonly attention: boolean;
}

/** Prefix of the names of the strategy's states. */
const STRATEGY = 'strategy.';

function sizesOf(model: Decodable, { maxBatch, strategy }: GraphOptions): Sizes {
  const batch = dim('B', maxBatch);
  return {
    batch,
    rows: multiplyDims(batch, strategy.width),
    sourceLength: dim('S', model.maxLength),
  };
}

function prefixed(tensors: Tensors): Tensors;
function prefixed(
  types: Readonly<Record<string, TensorType>>,
): Readonly<Record<string, TensorType>>;
function prefixed<T>(items: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(items).map(([name, item]) => [STRATEGY + name, item]));
}

function stateTypes(model: Decodable, layout: ParameterLayout, options: GraphOptions) {
  const sizes = sizesOf(model, options);
  const { rows, sourceLength } = sizes;
  return {
    ...parameterStates(layout),
    ...model.memoryTypes(rows, sourceLength),
    ...model.decoderState(rows),
    ...prefixed(options.strategy.states(sizes)),
    lengths: i32(rows),
    token: i32(rows, 1),
    position: i32(1),
  };
}

/** Repeats each row of [B, ...] `width` times. @returns [B * width, ...] */
function repeatRows(x: Tensor, width: number): Tensor {
  if (width === 1) return x;
  const [batch, rest] = [dimAt(x, 0), x.shape.slice(1)];
  const flat = rest.reduce<Dim>(multiplyDims, 1);
  const wide = broadcastTo(reshape(x, [batch, 1, flat]), [batch, width, flat]);
  return reshape(wide, [multiplyDims(batch, width), ...rest]);
}

/**
 * Encodes the source, and initialises all states. Inputs: source [B, S], lengths [B] and key [1],
 * all i32, and the strategy's settings, f32 [1] each.
 */
export function encodeGraph(
  model: Decodable,
  layout: ParameterLayout,
  options: GraphOptions,
): Graph {
  const sizes = sizesOf(model, options);
  const { batch, rows, sourceLength } = sizes;
  const { strategy, ids } = options;
  const needsKey = strategy.key !== undefined;
  return trace(
    (inputs, states) => {
      const scope = parameterScope(layout, states);
      const [source, lengths] = [inputs('source'), inputs('lengths')];
      const first = model.firstToken?.(source, lengths);
      const memory = Object.entries(model.encode(scope, source, lengths)).map(
        ([name, tensor]) => [name, repeatRows(tensor, strategy.width)] as const,
      );
      return {
        outputs: {},
        updates: {
          ...Object.fromEntries(memory),
          ...prefixed(strategy.start(sizes, inputs)),
          lengths: repeatRows(lengths, strategy.width),
          token:
            first === undefined
              ? fill([rows, 1], ids.bos, 'i32')
              : repeatRows(first, strategy.width),
          position: fill([1], 0, 'i32'),
        },
      };
    },
    {
      inputs: {
        source: i32(batch, sourceLength),
        lengths: i32(batch),
        ...(needsKey ? { key: i32(1) } : {}),
        ...Object.fromEntries(Object.keys(strategy.settings).map((name) => [name, f32(1)])),
      },
      states: stateTypes(model, layout, options),
    },
  );
}

/** Added to the logits of tokens that must not be chosen, which makes their probability 0. */
const NEVER = -1e30;

/** Masks pad and bos, which must not be generated. @param logits [rows, V] */
export function maskSpecialTokens(logits: Tensor, { pad, bos }: TargetIds): Tensor {
  const size = Number(lastDim(logits));
  const addends = Float64Array.from({ length: size }, (_, id) =>
    id === pad || id === bos ? NEVER : 0,
  );
  return add(logits, constantTensor({ shape: [size], data: addends }));
}

/** Types of the records of all decoding steps, by name: [rows, steps, ...]. */
function recordTypes(model: Decodable, options: GraphOptions) {
  const { rows, sourceLength } = sizesOf(model, options);
  const { strategy, attention } = options;
  const { maxLength } = model;
  return {
    ids: i32(rows, maxLength, 1),
    ...(strategy.reorders ? { origins: i32(rows, maxLength, 1) } : {}),
    ...(strategy.scores ? { scores: f32(rows, maxLength, 1) } : {}),
    ...(attention ? { attention: f32(rows, maxLength, sourceLength) } : {}),
  };
}

/** One decoding step: the model's step, the choice of a token, and the records. */
export function stepGraph(model: Decodable, layout: ParameterLayout, options: GraphOptions): Graph {
  const sizes = sizesOf(model, options);
  const { rows, sourceLength } = sizes;
  const { strategy } = options;
  return trace(
    (_inputs, states) => {
      const scope = parameterScope(layout, states);
      const [token, position, lengths] = [states('token'), states('position'), states('lengths')];
      const result = model.step(scope, {
        token,
        position,
        lengths,
        memory: states,
        state: states,
        needsAttention: options.attention || strategy.needsAttention,
      });
      const { attention } = result;
      const choice = strategy.choose({
        logits: maskSpecialTokens(result.logits, options.ids),
        token,
        position,
        lengths,
        state: (name) => states(STRATEGY + name),
        attention,
        sizes,
      });
      const { origins, score } = choice;
      const record = (name: string, row: Tensor, ...shape: readonly Dim[]): Tensors => ({
        [name]: writeRows(states(name), reshape(row, shape), position),
      });
      const records = {
        ...record('ids', choice.token, rows, 1, 1),
        ...(origins === undefined ? {} : record('origins', origins, rows, 1, 1)),
        ...(score === undefined ? {} : record('scores', score, rows, 1, 1)),
        ...(options.attention && attention !== undefined
          ? record('attention', attention, rows, 1, sourceLength)
          : {}),
      };
      const state = Object.entries(result.state).map(
        ([name, next]) => [name, origins === undefined ? next : takeRows(next, origins)] as const,
      );
      return {
        outputs: records,
        updates: {
          ...Object.fromEntries(state),
          ...prefixed(choice.state),
          ...records,
          token: choice.token,
          position: increment(position),
        },
      };
    },
    {
      inputs: {},
      states: { ...stateTypes(model, layout, options), ...recordTypes(model, options) },
    },
  );
}
