/** No repeated n-grams: hides the tokens that would complete an n-gram that has been generated. */
import type { Dim } from '../core/dim';
import { f32, i32 } from '../core/shape';
import type { Tensor } from '../graph/op';
import { concat } from '../ops/concat/op';
import { fill } from '../ops/fill/op';
import { slice } from '../ops/movement/op';
import { scatter } from '../ops/scatter/op';
import { and, cast, equal, greater, greaterEqual, where } from '../ops/select/op';
import { increment, writeRows } from '../ops/update/op';
import { reshape } from '../ops/view/op';
import type { Extension } from './extension';
import { HIDDEN } from './hidden';
import { takeRows } from './strategy';

/** Stands for a token that has not been generated. */
const NONE = -1;

/**
 * Hides tokens that would repeat an n-gram (Paulus et al. 2018, section 2.5). States: the tokens of
 * each row [rows, maxLength], as numbers, and its last n - 1 tokens.
 */
export function withoutRepeats(n: number): Extension {
  return {
    key: ['noRepeatNgrams', n],
    states: ({ rows, maxLength }) => ({
      history: f32(rows, maxLength),
      ...(n === 1 ? {} : { recent: f32(rows, n - 1) }),
      generated: i32(1),
    }),
    start: ({ rows, maxLength }) => ({
      history: fill([rows, maxLength], NONE),
      ...(n === 1 ? {} : { recent: fill([rows, n - 1], NONE) }),
      generated: fill([1], 0, 'i32'),
    }),
    before: ({ open, state, sizes: { rows, maxLength, vocabulary } }) => {
      if (n > maxLength) return {};
      const recent = n === 1 ? undefined : state('recent');
      const { follows, hits } = completions(state('history'), recent, rows, maxLength);
      const counts = scatter(fill([rows, vocabulary], 0), cast(follows, 'i32'), cast(hits, 'f32'), {
        axis: 1,
        mode: 'add',
      });
      const repeats = greater(counts, fill(counts.shape, 0));
      return { open: (scores) => where(repeats, fill(scores.shape, HIDDEN), open(scores)) };
    },
    after: ({ state, sizes: { rows, maxLength } }, { token, origins }) => {
      const moved = (x: Tensor) => (origins === undefined ? x : takeRows(x, origins));
      const last = cast(token, 'f32');
      const [history, generated] = [moved(state('history')), state('generated')];
      const written = writeRows(
        reshape(history, [rows, maxLength, 1]),
        reshape(last, [rows, 1, 1]),
        generated,
      );
      return {
        state: {
          history: reshape(written, [rows, maxLength]),
          ...(n === 1 ? {} : { recent: shifted(moved(state('recent')), last, rows, n) }),
          generated: increment(generated),
        },
      };
    },
  };
}

/**
 * The token after each n - 1 tokens of the history, and whether those are the last n - 1 ones.
 * @param history [rows, L]  @param recent [rows, n - 1]
 * @returns [rows, L - n + 1] each
 */
function completions(
  history: Tensor,
  recent: Tensor | undefined,
  rows: Dim,
  length: number,
): { readonly follows: Tensor; readonly hits: Tensor } {
  const before = Number(recent?.shape[1] ?? 0);
  const count = length - before;
  const part = (from: number) => slice(history, { starts: [0, from], ends: [rows, from + count] });
  const follows = part(before);
  let hits = greaterEqual(follows, fill(follows.shape, 0));
  for (let j = 0; j < before && recent; j++) {
    hits = and(hits, equal(part(j), slice(recent, { starts: [0, j], ends: [rows, j + 1] })));
  }
  return { follows, hits };
}

function shifted(recent: Tensor, last: Tensor, rows: Dim, n: number): Tensor {
  if (n === 2) return last;
  return concat([slice(recent, { starts: [0, 1], ends: [rows, n - 1] }), last], 1);
}
