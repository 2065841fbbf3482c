/**
 * Relative positions as T5 has them (Raffel et al. 2020, section 2.1): the distance from a query to
 * a key falls into a bucket, whose learned value for each head is added to the score. One table is
 * shared by all layers of a stack.
 */
import { type Dim, multiplyDims } from '../../core/dim';
import { dimAt } from '../../core/shape';
import type { Tensor } from '../../graph/op';
import { constantTensor } from '../../graph/source';
import type { Scope } from '../../nn/parameters';
import { add, sub } from '../../ops/binary/op';
import { countTo } from '../../ops/countTo';
import { embedding } from '../../ops/embedding/op';
import { scale } from '../../ops/fill/op';
import { broadcastTo } from '../../ops/movement/expand';
import { slice, transpose } from '../../ops/movement/op';
import { reshape } from '../../ops/view/op';
import type { T5Config } from './config';

/** The fields of a configuration that positions depend on. */
type PositionConfig = Pick<
  T5Config,
  'heads' | 'modelSize' | 'buckets' | 'maxDistance' | 'maxLength'
>;

/**
 * The bucket of a relative position. Small distances have a bucket each; larger ones share buckets
 * whose widths grow exponentially up to the largest distance. Rounds as float32 does, in which
 * published models were trained.
 * @param relative position of the key minus that of the query
 * @param bothWays whether keys may follow the query: they then have the upper half of the buckets;
 *   otherwise they are all in bucket 0
 */
export function relativeBucket(
  relative: number,
  bothWays: boolean,
  { buckets, maxDistance }: Pick<T5Config, 'buckets' | 'maxDistance'>,
): number {
  const count = bothWays ? buckets / 2 : buckets;
  const first = bothWays && relative > 0 ? count : 0;
  const distance = bothWays ? Math.abs(relative) : Math.max(-relative, 0);
  const exact = count / 2;
  if (distance < exact) return first + distance;
  const { fround, log } = Math;
  const share = fround(fround(log(fround(distance / exact))) / fround(log(maxDistance / exact)));
  const further = Math.floor(fround(share * (count - exact)));
  return first + Math.min(exact + further, count - 1);
}

/** The values of relative positions [positions, heads]. @param scope that of the attention */
function valuesOf(
  scope: Scope,
  config: PositionConfig,
  bothWays: boolean,
  relatives: readonly number[],
): Tensor {
  const { buckets, heads, modelSize } = config;
  const start = { kind: 'normal', deviation: modelSize ** -0.5 } as const;
  const table = scope.parameter('relative_attention_bias.weight', [buckets, heads], start);
  const data = Float64Array.from(relatives, (one) => relativeBucket(one, bothWays, config));
  return embedding(constantTensor({ shape: [relatives.length], data }, 'i32'), table);
}

/**
 * The bias of a whole sequence over itself, [1, heads, length, length].
 *
 * Row t of the bias is row 0 moved by t. So if rows of `period` values follow each other, and are
 * read as rows of `period - 1`, each begins one value earlier than the row before. This needs no
 * look-up for each pair, whose gradient would be a slow one.
 */
export function sequenceBias(
  scope: Scope,
  config: PositionConfig,
  bothWays: boolean,
  length: Dim,
): Tensor {
  const { heads, maxLength } = config;
  const period = 2 * maxLength;
  // The positions after the query, and then those before it, the nearest one last.
  const relatives = Array.from({ length: period }, (_, i) => (i < maxLength ? i : i - period));
  const values = transpose(valuesOf(scope, config, bothWays, relatives), [1, 0]);
  const repeated = broadcastTo(reshape(values, [heads, 1, period]), [heads, length, period]);
  const flat = reshape(repeated, [heads, multiplyDims(length, period)]);
  const shorter = slice(flat, { starts: [], ends: [heads, multiplyDims(length, period - 1)] });
  const rows = reshape(shorter, [heads, length, period - 1]);
  const bias = slice(rows, { starts: [], ends: [heads, length, length] });
  return scope.note('positions', reshape(bias, [1, heads, length, length]));
}

/**
 * The bias of one query over a cache of `maxLength` keys, [B, heads, 1, maxLength]; 0 for keys
 * after the query.
 * @param position i32 [B]: that of the query
 */
export function stepBias(scope: Scope, config: PositionConfig, position: Tensor): Tensor {
  const { heads, maxLength } = config;
  const batch = dimAt(position, 0);
  const relatives = Array.from({ length: maxLength }, (_, distance) => -distance);
  const values = valuesOf(scope, config, false, relatives);
  const distance = sub(
    reshape(position, [batch, 1, 1]),
    reshape(countTo(maxLength), [1, 1, maxLength]),
  );
  // Of keys after the query, these places are negative, where look-ups give 0.
  const place = add(scale(distance, heads), reshape(countTo(heads), [1, heads, 1]));
  const found = embedding(place, reshape(values, [maxLength * heads, 1]));
  return scope.note('positions', reshape(found, [batch, heads, 1, maxLength]));
}
