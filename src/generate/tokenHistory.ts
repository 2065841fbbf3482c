/**
 * The tokens that a row was given and has generated, for rules that look back. They are stored as
 * id + 1, so that 0 stands for none.
 */
import type { Dim } from '../core/dim';
import { dims, f32 } from '../core/shape';
import type { Lookup } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { countTo } from '../ops/countTo';
import { fill, scale } from '../ops/fill/op';
import { gather } from '../ops/gather/op';
import { broadcastTo } from '../ops/movement/expand';
import { scatter } from '../ops/scatter/op';
import { cast, greater, less, where } from '../ops/select/op';
import { writeRows } from '../ops/update/op';
import { reshape } from '../ops/view/op';
import type { Extension } from './extension';
import { type Sizes, takeRows } from './strategy';

const HISTORY = 'rules.history';
const SOURCE = 'rules.source';

/** Capacity of a row: a prompt and an answer of at most `maxLength` tokens, and a start token. */
const capacityOf = ({ maxLength }: Pick<Sizes, 'maxLength'>): number => maxLength + 1;

/** The tokens of each row so far [rows, capacity], for `before` within `appended`. */
export const historyOf = (state: Lookup): Tensor => state(HISTORY);

/** The tokens of each row's source [rows, capacity]. */
export const sourceTokensOf = (state: Lookup): Tensor => state(SOURCE);

/**
 * Within this extension, the history ends with the token that the step reads.
 * @param prompt whether it begins with the source, which is a prompt
 */
export function appended(prompt: boolean, width: number): Extension {
  return {
    states: ({ rows, ...sizes }) => ({ [HISTORY]: f32(rows, capacityOf(sizes)) }),
    start: (sizes, inputs) => {
      // The prompt's last token is what the first step reads.
      const before = prompt ? sourceRows(sizes, inputs, width, -1) : undefined;
      return { [HISTORY]: before ?? fill([sizes.rows, capacityOf(sizes)], 0) };
    },
    before: ({ state, token, sizes }) => {
      const shape = [sizes.rows, capacityOf(sizes)];
      const cache = reshape(state(HISTORY), [...shape, 1]);
      const last = reshape(scale(cast(token, 'f32'), 1, 1), [sizes.rows, 1, 1]);
      const at = reshape(state('rules.at'), [sizes.rows]);
      const history = reshape(writeRows(cache, last, at), shape);
      return { state: (name) => (name === HISTORY ? history : state(name)) };
    },
  };
}

/** Keeps the appended history, as rows continue other rows. It must be within `appended`. */
export const kept: Extension = {
  after: ({ state }, { origins }) => {
    const history = state(HISTORY);
    return {
      state: { [HISTORY]: origins === undefined ? history : takeRows(history, origins) },
    };
  },
};

/** The tokens of the source, as a state. */
export function sourceTokens(width: number): Extension {
  return {
    states: ({ rows, ...sizes }) => ({ [SOURCE]: f32(rows, capacityOf(sizes)) }),
    start: (sizes, inputs) => ({ [SOURCE]: sourceRows(sizes, inputs, width, 0) }),
  };
}

/** The tokens of the source for each row, `more` than its length of them. @returns [rows, capacity] */
function sourceRows(sizes: Sizes, inputs: Lookup, width: number, more: number): Tensor {
  const [source, lengths] = [inputs('source'), inputs('lengths')];
  const [batch, length] = dims(source, 2, 'source');
  const capacity = capacityOf(sizes);
  const count = scale(reshape(cast(lengths, 'f32'), [batch, 1]), 1, more);
  const inside = less(reshape(cast(countTo(length), 'f32'), [1, length]), count);
  const tokens = where(inside, scale(cast(source, 'f32'), 1, 1), fill([batch, length], 0));
  const rows = writeRows(
    fill([batch, capacity, 1], 0),
    reshape(tokens, [batch, length, 1]),
    fill([1], 0, 'i32'),
  );
  const wide = broadcastTo(reshape(rows, [batch, 1, capacity]), [batch, width, capacity]);
  return reshape(wide, [sizes.rows, capacity]);
}

/**
 * The token before the last `back` ones, [rows, 1]; 0 for none.
 * @param at i32 [rows, 1], the place of the last one
 */
export function tokenBefore(history: Tensor, at: Tensor, back: number): Tensor {
  return gather(history, scale(at, 1, -back), { axis: 1 });
}

/** Which tokens of the vocabulary are marked. @param hits bool, as tokens [rows, N] @returns bool [rows, V] */
export function marked(tokens: Tensor, hits: Tensor, rows: Dim, vocabulary: number): Tensor {
  const ids = scale(cast(tokens, 'i32'), 1, -1);
  const zeros = fill([rows, vocabulary], 0);
  const counts = scatter(zeros, ids, cast(hits, 'f32'), { axis: 1, mode: 'add' });
  return greater(counts, fill(counts.shape, 0));
}

/** Which tokens of the vocabulary are among the given ones [rows, N]: bool [rows, V]. */
export function present(tokens: Tensor, rows: Dim, vocabulary: number): Tensor {
  return marked(tokens, greater(tokens, fill(tokens.shape, 0)), rows, vocabulary);
}
