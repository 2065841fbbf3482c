/** Rules that look back: penalties for repeated tokens, n-grams, and sequences of tokens. */
import type { Dim } from '../core/dim';
import type { Lookup } from '../graph/graph';
import type { Tensor } from '../graph/op';
import { constantTensor } from '../graph/source';
import { add, div, mul } from '../ops/binary/op';
import { fill } from '../ops/fill/op';
import { broadcastTo } from '../ops/movement/expand';
import { slice } from '../ops/movement/op';
import { scatter } from '../ops/scatter/op';
import { and, equal, greater, greaterEqual, less, lessEqual, where } from '../ops/select/op';
import type { Extension } from './extension';
import { HIDDEN, vocabularyInput } from './hidden';
import type { TargetIds } from './hypotheses';
import { hide, rule, setting } from './rule';
import type { SequenceBias } from './ruleOptions';
import { historyOf, marked, present, tokenBefore } from './tokenHistory';

/** Divides positive scores of tokens among those of `tokens`, and multiplies negative ones. */
export function repetitionPenalty(
  name: string,
  penalty: number,
  tokens: (state: Lookup) => Tensor,
): Extension {
  const apply = (scores: Tensor, { state, sizes }: RuleSizes) => {
    const seen = present(tokens(state), sizes.rows, sizes.vocabulary);
    const factor = state(name);
    const penalised = where(
      less(scores, fill(scores.shape, 0)),
      mul(scores, factor),
      div(scores, factor),
    );
    return where(seen, penalised, scores);
  };
  return rule(name, apply, setting(name, penalty));
}

interface RuleSizes {
  readonly state: Lookup;
  readonly sizes: { readonly rows: Dim; readonly vocabulary: number };
}

/** Hides the tokens that would complete an n-gram of `tokens`, those of the source or the history. */
export function withoutNgrams(
  name: string,
  n: number,
  tokens: (state: Lookup) => Tensor,
): Extension {
  return rule([name, n], (scores, { state, at, sizes }) => {
    const { rows, vocabulary, maxLength } = sizes;
    const count = maxLength + 2 - n;
    if (count < 1) return scores;
    const [all, history] = [tokens(state), historyOf(state)];
    const part = (from: number) => slice(all, { starts: [0, from], ends: [rows, from + count] });
    const follows = part(n - 1);
    let hits = greater(follows, fill(follows.shape, 0));
    for (let j = 0; j < n - 1; j++) {
      const before = part(j);
      const last = tokenBefore(history, at, n - 2 - j);
      hits = and(hits, and(equal(before, last), greater(before, fill(before.shape, 0))));
    }
    return hide(marked(follows, hits, rows, vocabulary), scores);
  });
}

/** Adds to the score of the last id of a sequence after its others. */
export function biasedSequences(name: string, pairs: SequenceBias, ids: TargetIds): Extension {
  const single = pairs.flatMap(([[id = 0, ...others], added]) =>
    others.length === 0 ? [[id, added] as const] : [],
  );
  const longer = pairs.filter(([sequence]) => sequence.length > 1);
  return rule(
    [name, longer],
    (scores, { state, at, sizes: { rows } }) => {
      const everywhere = add(scores, state(name));
      if (longer.length === 0) return everywhere;
      const ends = longer.map(([sequence]) => sequence.at(-1) ?? 0);
      const shape = [rows, longer.length];
      const added = where(
        followed(longer, historyOf(state), at),
        list(longer.map(([, value]) => value)),
        fill(shape, 0),
      );
      return scatter(everywhere, broadcastTo(list(ends, 'i32'), shape), added, {
        axis: 1,
        mode: 'add',
      });
    },
    vocabularyInput('generationRules', name, single, ids),
  );
}

/** Sequences that are never generated. An end alone is not among them. */
export function withoutSequences(
  sequences: readonly (readonly number[])[],
  ends: readonly number[],
  ids: TargetIds,
): Extension {
  const banned = sequences.filter(([id = 0, ...more]) => more.length > 0 || !ends.includes(id));
  return biasedSequences(
    'rules.banned',
    banned.map((sequence) => [sequence, HIDDEN]),
    ids,
  );
}

/**
 * Whether the history ends with all but the last id of each sequence, and has as many tokens as the
 * sequence. @returns bool [rows, sequences]
 */
function followed(pairs: SequenceBias, history: Tensor, at: Tensor): Tensor {
  const longest = Math.max(...pairs.map(([sequence]) => sequence.length));
  const checks = Array.from({ length: longest }, (_, back) => {
    // The range of stored tokens that fit: one token, any, or also none.
    const ranges = pairs.map(([sequence]) => {
      const id = sequence.at(-2 - back);
      if (id !== undefined) return [id + 1, id + 1];
      return [back < sequence.length ? 1 : 0, 2 ** 24];
    });
    const token = tokenBefore(history, at, back);
    const bound = (i: number) => list(ranges.map((range) => range[i] ?? 0));
    return and(greaterEqual(token, bound(0)), lessEqual(token, bound(1)));
  });
  return checks.reduce(and);
}

const list = (data: readonly number[], dtype: 'f32' | 'i32' = 'f32') =>
  constantTensor({ shape: [1, data.length], data: Float64Array.from(data) }, dtype);
