/**
 * The two graphs of decoding: the encoder, run once for each source, and a step, run once for each
 * token.
 */
import { type Dim, dim, multiplyDims } from '../core/dim';
import { defined } from '../core/errors';
import { dimAt, f32, i32, numberOfElements, type TensorType } from '../core/shape';
import { type Graph, trace } from '../graph/graph';
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
import type { TargetIds } from './hypotheses';
import { hasEnded, type Sizes, type Strategy, type TensorTypes, takeRows } from './strategy';

/** Options of the graphs of decoding. */
export interface GraphOptions {
  /** Largest number of sentences in a batch. */
  readonly maxBatch: number;
  readonly ids: TargetIds;
  readonly strategy: Strategy;
  /** Whether the attention weights of every decoded token are recorded. */
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
    vocabulary: model.targetVocabulary,
    maxLength: model.maxLength,
  };
}

/** The items, each as a function of it and its name makes it. */
function mapped<T, R>(
  items: Readonly<Record<string, T>>,
  make: (item: T, name: string) => R,
  prefix = '',
): Readonly<Record<string, R>> {
  return Object.fromEntries(
    Object.entries(items).map(([name, item]) => [prefix + name, make(item, name)]),
  );
}

function prefixed<T>(items: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return mapped(items, (item) => item, STRATEGY);
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
    position: i32(rows),
  };
}

/** Repeats each row of [B, ...] `width` times. @returns [B * width, ...] */
function repeatRows(x: Tensor, width: number): Tensor {
  if (width === 1) return x;
  const [batch, rest] = [dimAt(x, 0), x.shape.slice(1)];
  const flat = numberOfElements(rest);
  const wide = broadcastTo(reshape(x, [batch, 1, flat]), [batch, width, flat]);
  return reshape(wide, [multiplyDims(batch, width), ...rest]);
}

/**
 * Encodes the source, and initialises all states. Inputs: source i32 [B, S], lengths i32 [B], and
 * those of the strategy.
 */
export function encodeGraph(
  model: Decodable,
  layout: ParameterLayout,
  options: GraphOptions,
): Graph {
  const sizes = sizesOf(model, options);
  const { batch, sourceLength } = sizes;
  const { strategy, ids } = options;
  return trace(
    (inputs, states) => {
      const scope = parameterScope(layout, states);
      const source = inputs('source');
      const lengths = inputs('lengths');
      const initial = {
        ...model.encode(scope, source, lengths),
        lengths,
        token: model.firstToken?.(source, lengths) ?? fill([batch, 1], ids.bos, 'i32'),
        position: model.firstPosition?.(lengths) ?? fill([batch], 0, 'i32'),
      };
      return {
        outputs: {},
        updates: {
          ...mapped(initial, (tensor) => repeatRows(tensor, strategy.width)),
          ...prefixed(strategy.start(sizes, inputs, initial.position)),
        },
      };
    },
    {
      inputs: {
        source: i32(batch, sourceLength),
        lengths: i32(batch),
        ...strategy.inputs(sizes),
      },
      states: stateTypes(model, layout, options),
    },
  );
}

/** Added to the logits of tokens that must not be chosen, which makes their probability 0. */
const NEVER = -1e30;

/** Masks pad and bos, which must not be generated. @param logits [rows, V] */
function maskSpecialTokens(
  logits: Tensor,
  { pad, bos, never = [bos] }: TargetIds,
  size: number,
): Tensor {
  const addends = new Float64Array(size);
  // Where nothing else is left, pad is chosen, and the row ends.
  for (const id of never) addends[id] = 8 * NEVER;
  // A pad of -1 is no index: this does nothing then.
  addends[pad] = NEVER;
  return add(logits, constantTensor({ shape: [size], data: addends }));
}

/** Types of what is recorded of each step, by name: [rows, ...]. */
function recordTypes(model: Decodable, options: GraphOptions): TensorTypes {
  const sizes = sizesOf(model, options);
  const { rows, sourceLength } = sizes;
  const { strategy, attention } = options;
  return {
    ids: i32(rows, 1),
    ...(strategy.reorders && { origins: i32(rows, 1) }),
    ...(attention && { attention: f32(rows, sourceLength) }),
    ...strategy.records(sizes),
  };
}

/** The shape with an axis after the first. */
function withSteps(type: TensorType, steps: Dim): TensorType {
  return { ...type, shape: [dimAt(type, 0), steps, ...type.shape.slice(1)] };
}

/** One decoding step: the model's step, the choice of a token, and the records. */
export function stepGraph(model: Decodable, layout: ParameterLayout, options: GraphOptions): Graph {
  const sizes = sizesOf(model, options);
  const { strategy, ids } = options;
  const types = recordTypes(model, options);
  return trace(
    (_inputs, states) => {
      const scope = parameterScope(layout, states);
      const token = states('token');
      const position = states('position');
      const lengths = states('lengths');
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
        logits: maskSpecialTokens(result.logits, ids, sizes.vocabulary),
        open: (scores) => scores,
        token,
        ended: hasEnded(token, ids),
        lengths,
        state: (name) => states(STRATEGY + name),
        attention,
        sizes,
      });
      const { origins } = choice;
      const recorded: Readonly<Record<string, Tensor | undefined>> = {
        ids: choice.token,
        origins,
        attention,
        ...choice.records,
      };
      const records = mapped(types, (type, name) => {
        const rows = reshape(defined(recorded[name], name), withSteps(type, 1).shape);
        return writeRows(states(name), rows, position);
      });
      const next = { ...records, position: increment(position) };
      return {
        outputs: { ...choice.state, ...next },
        updates: {
          ...mapped(result.state, (after) =>
            origins === undefined ? after : takeRows(after, origins),
          ),
          ...prefixed(choice.state),
          ...next,
          token: choice.token,
        },
      };
    },
    {
      inputs: {},
      states: {
        ...stateTypes(model, layout, options),
        ...mapped(types, (type) => withSteps(type, model.maxLength)),
      },
    },
  );
}
