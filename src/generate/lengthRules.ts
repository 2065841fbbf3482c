/** Rules of lengths, and of the first and the last token. */
import type { Tensor } from '../graph/op';
import { fill, scale } from '../ops/fill/op';
import { and, cast, equal, less, where } from '../ops/select/op';
import { logSoftmax } from '../ops/softmax/op';
import type { Extension } from './extension';
import { HIDDEN, tokenIds } from './hidden';
import { among, hide, type RuleCall, rule, setting } from './rule';

const NAMES = { all: 'rules.minLength', new: 'rules.minNewTokens' } as const;

/** Hides ends where there are fewer tokens than `least`: in all, or new ones. */
export function atLeast(
  counted: keyof typeof NAMES,
  least: number,
  ends: readonly number[],
): Extension {
  const name = NAMES[counted];
  const apply = (scores: Tensor, { state, at, step, sizes }: RuleCall) => {
    // With the token that the step reads.
    const length = counted === 'all' ? scale(at, 1, 1) : step;
    const isShort = less(cast(length, 'f32'), state(name));
    return hide(and(isShort, among(ends, sizes.vocabulary)), scores);
  };
  return rule([name, ends], apply, setting(name, least));
}

/** The only token after a single one. */
export function forcedFirst(id: number): Extension {
  const name = 'rules.forcedFirst';
  return rule(
    name,
    (scores, { state, at }) => {
      const isId = equal(cast(tokenIds(scores), 'f32'), state(name));
      return forced(equal(at, fill(at.shape, 0, 'i32')), isId, scores);
    },
    setting(name, id),
  );
}

/** The only tokens that may be the last of the largest length. */
export function forcedLast(ids: readonly number[]): Extension {
  return rule(['forcedLast', ids], (scores, { step, limit, sizes }) => {
    if (limit === undefined) return scores;
    return forced(equal(scale(step, 1, 1), limit), among(ids, sizes.vocabulary), scores);
  });
}

/** Where rows are forced, the tokens get the score 0, and others are hidden. */
function forced(isForced: Tensor, tokens: Tensor, scores: Tensor): Tensor {
  const only = where(tokens, fill(scores.shape, 0), fill(scores.shape, HIDDEN));
  return where(isForced, only, scores);
}

/** Log-probabilities in place of scores. */
export const renormalised: Extension = rule('renormalise', (scores) => logSoftmax(scores));
