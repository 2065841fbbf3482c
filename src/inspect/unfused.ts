/** Attention in parts, whose values the scope notes; the kernels of attention store few of them. */
import { dims } from '../core/shape';
import type { Tensor } from '../graph/op';
import type { UnfusedOps } from '../nn/scope';
import { type AttentionOptions, attend, both, headsOf } from '../ops/attention/attend';
import type { AttentionAttrs } from '../ops/attention/attrs';
import { allMasks } from '../ops/attention/masks';
import { countTo } from '../ops/countTo';
import {
  add,
  and,
  broadcastTo,
  dropout,
  fill,
  additiveAttention as fused,
  greater,
  less,
  lessEqual,
  matmul,
  not,
  remap,
  reshape,
  scale,
  slice,
  softmax,
  tanh,
  transpose,
} from '../ops/functions';
import { recurrence, recurrenceStep } from './unfusedRecurrence';

/** A bias of at most this hides its key. */
const HIDING_BIAS = -3.4e38;

/** A tensor and the first of the columns that hold queries, keys or values. */
type Place = readonly [tensor: Tensor, from: number];

/** Where queries, keys and values are. */
function placesOf(
  packing: AttentionAttrs['packing'],
  sources: readonly [Tensor, ...Tensor[]],
  queryColumns: number,
  keyColumns: number,
): { readonly q: Place; readonly k: Place; readonly v: Place } {
  const [first, second = first, third = second] = sources;
  switch (packing) {
    case 'qkv':
      return { q: [first, 0], k: [first, queryColumns], v: [first, queryColumns + keyColumns] };
    case 'kv':
      return { q: [first, 0], k: [second, 0], v: [second, keyColumns] };
    case 'none':
      return { q: [first, 0], k: [second, 0], v: [third, 0] };
    default:
      return packing satisfies never;
  }
}

/** The heads [B, heads, T, size] in columns of a tensor [B, T, ...]. */
function headsIn([x, from]: Place, heads: number, size: number): Tensor {
  const [batch, length, columns] = dims(x, 3, 'attention');
  if (typeof columns === 'number' && columns % size === 0 && from % size === 0) {
    return remap(reshape(x, [batch, length, columns / size, size]), {
      ...{ permutation: [0, 2, 1, 3], starts: [0, from / size, 0, 0] },
      ...{ shape: [batch, heads, length, size], value: 0 },
    });
  }
  // Values may be of another size than the keys before them.
  const own = slice(x, { starts: [0, 0, from], ends: [batch, length, from + heads * size] });
  return transpose(reshape(own, [batch, length, heads, size]), [0, 2, 1, 3]);
}

/** Repeats each of the heads [B, kvHeads, S, size] for the queries that share it. */
function shared(x: Tensor, heads: number): Tensor {
  const [batch, own, length, size] = dims(x, 4, 'attention');
  if (own === heads) return x;
  const times = heads / Number(own);
  const wide = broadcastTo(reshape(x, [batch, own, 1, length, size]), [
    ...[batch, own, times, length, size],
  ]);
  return reshape(wide, [batch, heads, length, size]);
}

/** Which keys each query sees, as a bool that broadcasts to the scores; undefined if all. */
function visible(
  scores: Tensor,
  { causal, keyLengths, keyPadding, mask, bias, queryOffset }: AttentionOptions,
): Tensor | undefined {
  const [batch, , queries, keys] = dims(scores, 4, 'attention');
  const position = reshape(countTo(keys), [1, 1, 1, keys]);
  const rules: Tensor[] = [];
  if (causal === true) {
    const own = reshape(countTo(queries), [1, 1, queries, 1]);
    const moved = queryOffset === undefined ? own : add(own, reshape(queryOffset, [1, 1, 1, 1]));
    rules.push(lessEqual(position, moved));
  }
  if (keyLengths !== undefined) rules.push(less(position, reshape(keyLengths, [batch, 1, 1, 1])));
  if (keyPadding !== undefined) rules.push(not(reshape(keyPadding, [batch, 1, 1, keys])));
  if (mask !== undefined) {
    const { shape } = mask;
    rules.push(
      not(shape.length === 3 ? reshape(mask, [...shape.slice(0, 1), 1, ...shape.slice(1)]) : mask),
    );
  }
  if (bias !== undefined) rules.push(greater(bias, fill(bias.shape, HIDING_BIAS)));
  return rules.length === 0 ? undefined : rules.reduce((a, b) => and(a, b));
}

const attention: UnfusedOps['attention'] = (scope, packing, sources, options) => {
  const names = ['q', 'k', 'v', 'scores', 'weights', 'context'];
  if (!names.some((name) => scope.wants(name))) return undefined;
  const { heads, bias, dropout: drop } = options;
  const { kvHeads, size, valueSize } = headsOf(packing, sources, options);
  const places = placesOf(packing, sources, heads * size, kvHeads * size);
  const q = scope.note('q', headsIn(places.q, heads, size));
  const k = scope.note('k', headsIn(places.k, kvHeads, size));
  const v = scope.note('v', headsIn(places.v, kvHeads, valueSize));
  const products = matmul(q, shared(k, heads), { transposeB: true });
  const scaled = scale(products, options.scale ?? 1 / Math.sqrt(size));
  const scores = scope.note('scores', bias === undefined ? scaled : add(scaled, bias));
  if (!names.some((name) => scope.replaces(name))) {
    // The kernel computes weights and context, as for nobody who looks.
    const { output, weights } = both(attend(packing, sources, options, true, allMasks));
    const [batch, length] = dims(output, 3, 'attention');
    scope.note('weights', weights);
    const split = reshape(output, [batch, length, heads, valueSize]);
    scope.note('context', transpose(split, [0, 2, 1, 3]));
    return { output, weights };
  }
  const weights = scope.note('weights', softmax(scores, { mask: visible(scores, options) }));
  const dropped = drop === undefined ? weights : dropout(weights, drop.key, drop);
  const context = scope.note('context', matmul(dropped, shared(v, heads)));
  const [batch, , length] = dims(context, 4, 'attention');
  const output = reshape(transpose(context, [0, 2, 1, 3]), [batch, length, heads * valueSize]);
  return { output, weights };
};

const additiveAttention: UnfusedOps['additiveAttention'] = (
  scope,
  state,
  project,
  keys,
  energy,
  values,
  lengths,
) => {
  const names = ['q', 'scores', 'weights', 'context'];
  if (!names.some((name) => scope.wants(name))) return undefined;
  const [batch, count, size] = dims(keys, 3, 'additiveAttention: keys');
  const [, , valueSize] = dims(values, 3, 'additiveAttention: values');
  const scoresOf = (queries: Tensor): Tensor => {
    const rest = queries.shape.slice(0, -1);
    const sums = add(keys, reshape(queries, [...rest, 1, size]));
    return reshape(matmul(tanh(sums), reshape(energy, [size, 1])), [...rest, count]);
  };
  const position = reshape(countTo(count), [1, count]);
  const mask = lengths && less(position, reshape(lengths, [batch, 1]));
  const weightsOf = (scores: Tensor) => softmax(scores, { mask });
  if (!names.some((name) => scope.replaces(name))) {
    const q = project(state);
    const found = fused(q, keys, energy, values, lengths);
    const derive = (name: string, value: (q: Tensor) => Tensor, own?: Tensor) =>
      scope.derive(name, [state], ([states = state]) => value(project(states)), own);
    derive('q', (queries) => queries, q);
    // The kernel does not store them.
    derive('scores', scoresOf);
    derive('weights', (queries) => weightsOf(scoresOf(queries)), found.weights);
    return { context: scope.note('context', found.context), weights: found.weights };
  }
  const q = scope.note('q', project(state));
  const scores = scope.note('scores', scoresOf(q));
  const weights = scope.note('weights', weightsOf(scores));
  const context = reshape(matmul(reshape(weights, [batch, 1, count]), values), [batch, valueSize]);
  return { context: scope.note('context', context), weights };
};

/** The ops in parts. */
export const unfused: UnfusedOps = { attention, additiveAttention, recurrence, recurrenceStep };
