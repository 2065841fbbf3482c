/** A forced prefix: ids that each output begins with. */
import { type Dim, multiplyDims } from '../core/dim';
import { InputError } from '../core/errors';
import { dims, i32 } from '../core/shape';
import type { Tensor } from '../graph/op';
import { fill } from '../ops/fill/op';
import { broadcastTo } from '../ops/movement/expand';
import { equal, less, where } from '../ops/select/op';
import { takeRow } from '../ops/takeRow/op';
import { increment } from '../ops/update/op';
import { reshape } from '../ops/view/op';
import { extend } from './extension';
import { HIDDEN, idOf, type TokenName, tokenIds } from './hidden';
import type { TargetIds } from './hypotheses';
import type { DecodingFeature, DecodingRun } from './strategy';

/** Stands for a token that is not forced. */
const FREE = -1;

/**
 * Forced prefixes, for the option `prefix` of any decoding: each output begins with the ids of its
 * source, whatever their probability and whatever the constraints, and goes on freely. Scores are
 * those that the model gives to the forced tokens.
 */
export const prefix: DecodingFeature<readonly (readonly TokenName[])[]> = {
  kind: 'prefix',
  extend: (strategy, prefixes, ids) => ({
    ...extend(strategy, {
      key: 'prefix',
      states: ({ rows, maxLength }) => ({ prefix: i32(maxLength, rows), 'prefix.step': i32(1) }),
      inputs: ({ batch, maxLength }) => ({ prefix: i32(maxLength, batch) }),
      values: (run) => ({
        prefix: {
          shape: [run.maxLength, run.batch],
          data: columnsOf(prefixes, run, ids),
        },
      }),
      start: ({ rows }, inputs) => ({
        prefix: repeatColumns(inputs('prefix'), strategy.width, rows),
        'prefix.step': fill([1], 0, 'i32'),
      }),
      before: ({ state, open, token, logits }) => {
        const forced = reshape(takeRow(state('prefix'), state('prefix.step')), token.shape);
        const isFree = less(forced, fill(forced.shape, 0, 'i32'));
        const isForced = equal(forced, tokenIds(logits));
        return {
          isFree,
          open: (scores) => {
            const others = fill(scores.shape, HIDDEN);
            return where(isFree, open(scores), where(isForced, scores, others));
          },
        };
      },
      after: ({ state }) => ({ state: { 'prefix.step': increment(state('prefix.step')) } }),
    }),
    paths: (sentence, records) => strategy.paths(sentence, records, prefixes[sentence]?.length),
  }),
};

/** i32 [steps, batch]. @throws InputError for a prefix that cannot be */
function columnsOf(
  prefixes: readonly (readonly TokenName[])[],
  { batch, maxLength, vocabulary }: DecodingRun,
  vocabularyIds: TargetIds,
): Int32Array {
  const { pad, bos, eos } = vocabularyIds;
  if (prefixes.length !== 0 && prefixes.length !== batch) {
    throw new InputError(
      `prefix: expected ids for each of ${batch} sources, found ${prefixes.length}; give [] to those ` +
        'without',
    );
  }
  const data = new Int32Array(maxLength * batch).fill(FREE);
  prefixes.forEach((ids, b) => {
    if (ids.length > maxLength) {
      throw new InputError(
        `prefix: prefix ${b} has ${ids.length} ids, this model generates at most ${maxLength}`,
      );
    }
    ids.forEach((name, t) => {
      const id = idOf(`prefix ${b}`, name, vocabularyIds, vocabulary);
      if (id === pad || id === bos || id === eos) {
        throw new InputError(`prefix ${b} has the id ${id}, which is pad, bos or eos; remove it`);
      }
      data[t * batch + b] = id;
    });
  });
  return data;
}

/** Repeats each column of [N, B] `width` times. @returns [N, rows] */
function repeatColumns(x: Tensor, width: number, rows: Dim): Tensor {
  const [count, batch] = dims(x, 2, 'prefix');
  if (width === 1) return x;
  const flat = multiplyDims(count, batch);
  return reshape(broadcastTo(reshape(x, [flat, 1]), [flat, width]), [count, rows]);
}
