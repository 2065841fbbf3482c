/**
 * Beam search as published models use it: hypotheses are ranked by their log-probability divided by a
 * power of their length, and finish among the best candidates of a step only.
 */

import { multiplyDims } from '../core/dim';
import { checkOptions, OptionError, shown } from '../core/errors';
import { f32, i32, lastDim } from '../core/shape';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import { selectTopK } from '../ops/argmax/topK';
import { NO_BEAM, UNUSED } from '../ops/beamStep/attrs';
import { add, div, minimum, sub } from '../ops/binary/op';
import { countTo } from '../ops/countTo';
import { embedding } from '../ops/embedding/op';
import { fill, scale } from '../ops/fill/op';
import { broadcastTo } from '../ops/movement/expand';
import { and, cast, equal, greater, greaterEqual, lessEqual, or, where } from '../ops/select/op';
import { logSoftmax } from '../ops/softmax/op';
import { increment } from '../ops/update/op';
import { reshape } from '../ops/view/op';
import { followPath, type Path, type Records, recordAt, type TargetIds } from './hypotheses';
import { describeScores } from './logProbability';
import { optionsKey } from './optionsKey';
import {
  type Choice,
  type ChooseCall,
  type DecodingMethod,
  plainStrategy,
  type Sizes,
  type Strategy,
} from './strategy';

/** Beam search that ranks by log-probability / length^lengthPenalty. */
export interface PublishedBeamOptions {
  readonly kind: 'publishedBeam';
  /** Hypotheses that are extended together for each sentence, and finished ones that are kept; 1 to 64. */
  readonly width: number;
  /** Exponent of the length, an end included (default 1); larger values favour long texts. */
  readonly lengthPenalty?: number;
  /**
   * When a search ends that has `width` finished hypotheses: true, at once; false (default), when the
   * best hypothesis that goes on would rank below all of them if it ended now; 'never', when it would
   * even with the largest length, if the exponent is positive.
   */
  readonly earlyStopping?: boolean | 'never';
  /** Number of hypotheses to return for each sentence, the best first (default 1). */
  readonly best?: number;
}

const MAX_WIDTH = 64;

function check(options: PublishedBeamOptions): void {
  const names = ['kind', 'width', 'lengthPenalty', 'earlyStopping', 'best'];
  checkOptions('published beam search', options, names);
  const { width, lengthPenalty = 1, earlyStopping = false, best = 1 } = options;
  const upTo = (most: number, value: number) =>
    Number.isInteger(value) && value >= 1 && value <= most;
  const wrong: readonly (readonly [name: string, expected: string, fits: boolean])[] = [
    ['width', `a whole number from 1 to ${MAX_WIDTH}`, upTo(MAX_WIDTH, width)],
    ['lengthPenalty', 'a finite number', Number.isFinite(lengthPenalty)],
    ['earlyStopping', "true, false or 'never'", [true, false, 'never'].includes(earlyStopping)],
    ['best', `a whole number from 1 to the width ${width}`, upTo(width, best)],
  ];
  for (const [name, expected, fits] of wrong) {
    if (fits) continue;
    const found = shown(Object.entries(options).find(([each]) => each === name)?.[1]);
    throw new OptionError(`published beam search: ${name} must be ${expected}, found ${found}`);
  }
}

/**
 * Beam search as in Hugging Face's transformers, for `decoding: { kind: 'publishedBeam', width }`: of the
 * continuations of a step, those of the best `width` that end are finished hypotheses, of which the
 * best `width` are kept. Hypotheses tell their log-probability as `score` and what they were ranked by
 * as `rank`.
 */
export const publishedBeamSearch: DecodingMethod<PublishedBeamOptions> = {
  kind: 'publishedBeam',
  create: beamStrategy,
};

/** Fields of a finished hypothesis; `row` is that which its last token continues. */
const FIELDS = ['rank', 'score', 'token', 'length', 'row'] as const;

function beamStrategy(options: PublishedBeamOptions, ids: TargetIds): Strategy {
  check(options);
  const { width, lengthPenalty = 1, earlyStopping = false, best = 1 } = options;
  return {
    ...plainStrategy(optionsKey({ ...options, earlyStopping }), width, ids, choose),
    reorders: true,
    scores: true,
    heedsLimits: true,
    states: ({ batch }) => ({
      live: f32(batch, width),
      finished: f32(batch, width, FIELDS.length),
      open: f32(batch, 1),
      room: i32(batch, 1),
      generated: i32(1),
    }),
    start: ({ batch, maxLength }, _, position) => ({
      // The first beam is used alone, because all would be equal.
      live: broadcastTo(row(Array.from({ length: width }, (_, k) => (k === 0 ? 0 : NO_BEAM))), [
        batch,
        width,
      ]),
      finished: fill([batch, width, FIELDS.length], NO_BEAM),
      open: fill([batch, 1], 1),
      room: scale(reshape(position, [batch, 1]), -1, maxLength),
      generated: fill([1], 0, 'i32'),
    }),
    records: ({ rows }) => ({ scores: f32(rows, 1) }),
    paths: pathsOf,
    describe: (path, records) => {
      const score = path.at(-1)?.score;
      const length = path.length;
      const rank = score === undefined ? {} : { rank: score / length ** lengthPenalty };
      return { ...describeScores(path, records), ...rank };
    },
  };

  function choose(call: ChooseCall): Choice {
    const { logits, open, state, token, sizes, ends = [ids.eos] } = call;
    const { batch, rows, vocabulary } = sizes;
    // Each beam has at most as many continuations that end as there are ends.
    const most = Math.max(2, 1 + ends.length) * width;
    const each = Math.min(most, vocabulary);
    const count = Math.min(most, width * each);
    const top = selectTopK(open(logSoftmax(logits)), each);
    const sums = add(top.values, reshape(state('live'), [rows, 1]));
    const { values, indices } = selectTopK(reshape(sums, [batch, width * each]), count);
    const beams = Float64Array.from({ length: width * each }, (_, i) => Math.floor(i / each));
    const beam = reshape(lookUp(beams, indices), [batch, count]);
    const firstRow = scale(reshape(cast(countTo(batch), 'f32'), [batch, 1]), width);
    const origin = add(beam, firstRow);
    const chosen = cast(pick(reshape(top.indices, [batch, width * each]), indices), 'i32');

    const step = reshape(state('generated'), [1, 1]);
    const length = scale(step, 1, 1);
    const largest = largestLength(call);
    const rowsOf = (from: Tensor, place: (i: number) => number) => {
      const at = Float64Array.from({ length: width + count }, (_, i) => place(i));
      return rowsAt(from, constantTensor({ shape: [1, at.length], data: at }, 'i32'));
    };
    const isLast = greaterEqual(length, largest);
    const isEnd = ends.map((id) => equal(chosen, fill(chosen.shape, id, 'i32'))).reduce(or);
    const stops = or(isEnd, isLast);
    const unused = fill(values.shape, NO_BEAM);

    // The finished hypotheses.
    const amongBest = row(Array.from({ length: count }, (_, i) => (i < width ? 1 : 0)));
    const finishes = and(
      and(stops, greater(values, fill(values.shape, UNUSED))),
      greater(amongBest, sub(fill([batch, 1], 1), state('open'))),
    );
    const power = (of: Tensor) => reshape(lookUp(powers(sizes), of), of.shape);
    const ranks = div(values, power(length));
    const fields = [
      where(finishes, ranks, unused),
      values,
      cast(where(isEnd, fill(chosen.shape, ids.eos, 'i32'), chosen), 'f32'),
      broadcastTo(cast(length, 'f32'), [batch, count]),
      origin,
    ]
      .map((field) => reshape(field, [batch, count, 1]))
      .reduce((rest, field, at) => where(isField(at), field, rest));
    // The kept ones, then the new ones: rows outside a table are zeros.
    const merged = add(
      rowsOf(state('finished'), (i) => (i < width ? i : OUTSIDE)),
      rowsOf(fields, (i) => (i < width ? OUTSIDE : i - width)),
    );
    const places = Float64Array.from({ length: width + count }, (_, i) => i * FIELDS.length);
    const mergedRanks = pick(
      reshape(merged, [batch, places.length * FIELDS.length]),
      constantTensor({ shape: [1, places.length], data: places }, 'i32'),
    );
    const keptRanks = selectTopK(mergedRanks, width);
    const finished = rowsAt(merged, keptRanks.indices);

    // The beams that go on, if any may rank better.
    const next = selectTopK(where(stops, unused, values), width);
    const column = (x: Tensor, k: number) => pick(x, fill([batch, 1], k, 'i32'));
    const worst = column(keptRanks.values, width - 1);
    const isFull = greater(worst, fill(worst.shape, UNUSED));
    const reachable = earlyStopping === 'never' && lengthPenalty > 0 ? largest : length;
    const bound = div(column(next.values, 0), power(reachable));
    const isOver = earlyStopping === true ? isFull : and(isFull, lessEqual(bound, worst));
    const goesOn = where(isOver, fill(worst.shape, 0), state('open'));
    const isLive = and(
      greater(next.values, fill(next.values.shape, UNUSED)),
      greater(goesOn, fill(goesOn.shape, 0)),
    );
    const live = where(isLive, next.values, fill(next.values.shape, NO_BEAM));
    const own = add(firstRow, row(Array.from({ length: width }, (_, k) => k)));
    const origins = cast(where(isLive, pick(origin, next.indices), own), 'i32');
    const goesOnWith = cast(pick(chosen, next.indices), 'i32');
    const tokens = where(isLive, goesOnWith, fill([batch, width], ids.pad, 'i32'));
    return {
      token: reshape(tokens, token.shape),
      origins: reshape(origins, [rows]),
      state: { live, finished, open: goesOn, generated: increment(state('generated')) },
      records: { scores: live },
    };
  }

  /** i32 [B, 1]: the most tokens that a sentence may get. */
  function largestLength({ limit, state, sizes: { batch } }: ChooseCall): Tensor {
    const room = state('room');
    if (limit === undefined) return room;
    const first = pick(reshape(limit, [batch, width]), fill([batch, 1], 0, 'i32'));
    return minimum(room, cast(first, 'i32'));
  }

  /** length^penalty of each length. */
  function powers({ maxLength }: Sizes): Float64Array {
    return Float64Array.from({ length: maxLength + 1 }, (_, length) => length ** lengthPenalty);
  }

  /** Of the best live beam, while there is one, and of the finished hypotheses. */
  function pathsOf(sentence: number, records: Records): readonly Path[] {
    const [live = [], finished = []] = ['live', 'finished'].map((name) => records.data.get(name));
    const found = Array.from({ length: best }, (_, k) =>
      recordAt(finished, sentence * width + k, FIELDS.length),
    ).flatMap(([rank = NO_BEAM, score = 0, id = ids.pad, length = 0, row = 0]) =>
      rank <= UNUSED ? [] : [followPath(records, row, length - 1, ids, { id, score })],
    );
    if ((live[sentence * width] ?? NO_BEAM) <= UNUSED) return found;
    return [followPath(records, sentence * width, records.steps, ids), ...found];
  }
}

/** f32 [1, N]. */
const row = (data: readonly number[]) =>
  constantTensor({ shape: [1, data.length], data: Float64Array.from(data) });

/** Values of a table at indices, [..., 1]. Indices outside the table give zeros. */
const lookUp = (table: Float64Array, at: Tensor) =>
  embedding(at, constantTensor({ shape: [table.length, 1], data: table }));

/** i32 [B, 1]: the number of elements before each row. @param at [B, ...]  @param size of a row */
const firstOf = ({ shape: [batch = 1] }: Tensor, size: number) =>
  scale(reshape(countTo(batch), [batch, 1]), size);

/** Far outside every table. */
const OUTSIDE = -(2 ** 30);

/** bool [1, 1, fields]: which of them is the one at a place. */
const isField = (at: number) =>
  equal(reshape(row(FIELDS.map((_, i) => i)), [1, 1, FIELDS.length]), fill([1, 1, 1], at));

/** Fields of hypotheses [B, N, fields]. @param at i32 [B, K] or [1, K]: places among the N */
function rowsAt(from: Tensor, at: Tensor): Tensor {
  const [batch = 1, size] = from.shape;
  const all = reshape(from, [multiplyDims(batch, Number(size)), FIELDS.length]);
  return embedding(add(at, firstOf(from, Number(size))), all);
}

/** Elements of rows [B, N] as f32. @param at i32 [B, K] or [1, K]: their places in the rows */
function pick(from: Tensor, at: Tensor): Tensor {
  const [batch = 1, size] = from.shape;
  const all = reshape(cast(from, 'f32'), [multiplyDims(batch, Number(size)), 1]);
  return reshape(embedding(add(at, firstOf(from, Number(size))), all), [batch, lastDim(at)]);
}
