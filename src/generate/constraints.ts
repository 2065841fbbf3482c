/** Constraints of what is generated: banned tokens, biases, a shortest length, no repeated n-grams. */
import { OptionError } from '../core/errors';
import { i32 } from '../core/shape';
import { constantTensor } from '../graph/source';
import { add } from '../ops/binary/op';
import { fill } from '../ops/fill/op';
import { and, equal, less, where } from '../ops/select/op';
import { increment } from '../ops/update/op';
import { reshape } from '../ops/view/op';
import { type Extension, extend } from './extension';
import { HIDDEN, type TokenName, tokenIds, vocabularyInput } from './hidden';
import type { TargetIds } from './hypotheses';
import { withoutRepeats } from './repeats';
import type { DecodingFeature } from './strategy';

/** Constraints of what is generated. Only `noRepeatNgrams`, and which others are given, change the plan. */
export interface Constraints {
  /** Tokens that are never chosen. Scores and probabilities are those without the ban. */
  readonly banned?: readonly TokenName[];
  /** Numbers that are added to the logits of tokens, which changes their probabilities. */
  readonly bias?: readonly (readonly [token: TokenName, added: number])[];
  /** Smallest number of tokens before eos. */
  readonly minLength?: number;
  /** Size of n-grams that may occur only once among the generated tokens. */
  readonly noRepeatNgrams?: number;
}

const NAMES = Object.keys({
  banned: true,
  bias: true,
  minLength: true,
  noRepeatNgrams: true,
} satisfies Record<keyof Constraints, true>);

/**
 * Constraints, for the option `constraints` of any decoding. A hypothesis that no token may follow
 * ends there, unfinished.
 */
export const constraints: DecodingFeature<Constraints> = {
  kind: 'constraints',
  extend: (strategy, given, ids) => {
    check(given);
    const { banned, bias, minLength, noRepeatNgrams } = given;
    const extensions = [
      bias && biased(bias, ids),
      banned && withoutTokens(banned, ids),
      minLength !== undefined && atLeast(minLength, ids),
      noRepeatNgrams !== undefined && withoutRepeats(noRepeatNgrams),
    ];
    return extensions.reduce(
      (inner, extension) => (extension ? extend(inner, extension) : inner),
      strategy,
    );
  },
};

function check(given: Constraints): void {
  const unknown = Object.keys(given).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    throw new OptionError(`constraints: unknown option '${unknown}'; known: ${NAMES.join(', ')}`);
  }
  const { bias = [], minLength = 0, noRepeatNgrams = 1 } = given;
  for (const [name, value, least] of [
    ['minLength', minLength, 0],
    ['noRepeatNgrams', noRepeatNgrams, 1],
  ] as const) {
    if (Number.isInteger(value) && value >= least) continue;
    throw new OptionError(
      `constraints: ${name} must be a whole number of at least ${least}, found ${value}`,
    );
  }
  // Far below this, a bias could not be told from a hidden token.
  const wild = bias.find(([, added]) => !(Math.abs(added) <= 1e6));
  if (wild !== undefined) {
    throw new OptionError(
      `constraints: the bias of ${wild[0]} must be from -1e6 to 1e6, found ${wild[1]}; ban it?`,
    );
  }
}

function biased(
  pairs: readonly (readonly [token: TokenName, added: number])[],
  ids: TargetIds,
): Extension {
  return {
    key: 'bias',
    ...vocabularyInput('constraints', 'bias', pairs, ids),
    before: ({ logits, state }) => ({ logits: add(logits, state('bias')) }),
  };
}

function withoutTokens(banned: readonly TokenName[], ids: TargetIds): Extension {
  return {
    key: 'banned',
    ...vocabularyInput(
      'constraints',
      'banned',
      banned.map((name) => [name, HIDDEN]),
      ids,
    ),
    before: ({ open, state }) => ({ open: (scores) => add(open(scores), state('banned')) }),
  };
}

function atLeast(length: number, { eos }: TargetIds): Extension {
  return {
    key: 'minLength',
    states: () => ({ minLength: i32(1), length: i32(1) }),
    inputs: () => ({ minLength: i32(1) }),
    values: () => ({ minLength: { shape: [1], data: Int32Array.of(length) } }),
    start: (_, inputs) => ({ minLength: inputs('minLength'), length: fill([1], 0, 'i32') }),
    before: ({ open, state, logits }) => {
      const isShort = reshape(less(state('length'), state('minLength')), [1, 1]);
      const end = constantTensor({ shape: [1, 1], data: Float64Array.of(eos) }, 'i32');
      const isHidden = and(isShort, equal(tokenIds(logits), end));
      return { open: (scores) => where(isHidden, fill(scores.shape, HIDDEN), open(scores)) };
    },
    after: ({ state }) => ({ state: { length: increment(state('length')) } }),
  };
}
