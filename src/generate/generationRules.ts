/** The rules of published models about what may follow, as an option of any decoding. */
import { OptionError } from '../core/errors';
import { i32 } from '../core/shape';
import type { Tensor } from '../graph/op';
import { add, minimum, sub } from '../ops/binary/op';
import { fill, scale } from '../ops/fill/op';
import { broadcastTo } from '../ops/movement/expand';
import { and, equal, greater, greaterEqual, or, where } from '../ops/select/op';
import { increment } from '../ops/update/op';
import { reshape } from '../ops/view/op';
import { type Extension, extend } from './extension';
import { HIDDEN, vocabularyInput } from './hidden';
import type { TargetIds } from './hypotheses';
import * as lengths from './lengthRules';
import { rule } from './rule';
import { checkRules, type GenerationRules } from './ruleOptions';
import type { DecodingFeature, Strategy } from './strategy';

/** More tokens than any model generates. */
const UNLIMITED = 2 ** 24;

/**
 * Rules of published models, for the option `generationRules` of any decoding. They precede every other option.
 * The largest and smallest lengths, the forced first token, and bans of single tokens compile nothing
 * when they change. Rules that few models have need `allGenerationRules` in place of these: those that look
 * back at tokens, such as `repetitionPenalty`, and `sequenceBias`, `removeInvalid`, `lengthDecay` and
 * `suppressedFirst`.
 */
export const generationRules: DecodingFeature<GenerationRules> = rulesWith(ofSingleTokens);

/** Makes the extensions of rules about tokens that may look back, in their order. */
export type TokenRules = (
  rules: GenerationRules,
  call: {
    readonly ends: readonly number[];
    readonly ids: TargetIds;
    readonly isPrompt: boolean;
    readonly width: number;
  },
) => readonly Extension[];

/** Makes the extensions of rules that few models have, which precede that of suppressed tokens. */
export type RareRules = (rules: GenerationRules, ends: readonly number[]) => readonly Extension[];

/** The option `generationRules`, with some rules about tokens, which precede the others. */
export function rulesWith(
  tokenRules: TokenRules,
  rareRules?: RareRules,
): DecodingFeature<GenerationRules> {
  return {
    kind: 'generationRules',
    extend: (strategy, rules, ids) => {
      checkRules(rules);
      const { ends = [ids.eos] } = rules;
      const limits = rules.maxNewTokens ?? rules.maxLength ?? rules.ends;
      if (strategy.reorders && strategy.heedsLimits !== true && limits !== undefined) {
        throw new OptionError(
          "generationRules: maxNewTokens, maxLength and ends need another search than 'beam'; decode with " +
            "kind 'publishedBeam'",
        );
      }
      const ended = strategy.heedsLimits === true ? strategy : withEnds(strategy, ends, ids);
      const { context = 'start' } = rules;
      const isPrompt = context === 'prompt';
      const { width } = strategy;
      const outermostFirst = [
        counters(rules, isPrompt, width, ends),
        ...tokenRules(rules, { ends, ids, isPrompt, width }),
        ...rulesInOrder(rules, ends, ids, rareRules?.(rules, ends) ?? []),
      ];
      return outermostFirst.reduceRight(extend, ended);
    },
  };
}

/** Rules that need no tokens before. @throws OptionError for one that does */
function ofSingleTokens(
  rules: GenerationRules,
  { ends, ids }: Parameters<TokenRules>[1],
): readonly Extension[] {
  const { bannedSequences = [], sequenceBias, suppressedFirst } = rules;
  const banned = bannedSequences.filter((sequence) => !isEnd(sequence, ends));
  const { encoderRepetitionPenalty, repetitionPenalty, noRepeatNgrams } = rules;
  const { encoderNoRepeatNgrams, removeInvalid, lengthDecay } = rules;
  const unavailable = {
    ...{ encoderRepetitionPenalty, repetitionPenalty, noRepeatNgrams, encoderNoRepeatNgrams },
    ...{ removeInvalid, lengthDecay, sequenceBias, suppressedFirst },
    bannedSequences: banned.some((sequence) => sequence.length > 1),
  };
  const isAsked = (value: unknown) => value !== undefined && value !== false;
  const needed = Object.entries(unavailable).find(([, value]) => isAsked(value))?.[0];
  if (needed !== undefined) {
    throw new OptionError(
      `generationRules: ${needed} needs more: import { allGenerationRules } from 'qkv/generate', and ` +
        'load with { decodings: [allGenerationRules] } in place of generationRules',
    );
  }
  const hidden = banned.map(([id = 0]) => [id, HIDDEN] as const);
  return hidden.length === 0 ? [] : [biasedTokens('rules.banned', hidden, ids)];
}

/** Whether a sequence is an end alone. */
const isEnd = ([id = 0, ...more]: readonly number[], ends: readonly number[]) =>
  more.length === 0 && ends.includes(id);

/** Adds numbers to the scores of tokens. */
function biasedTokens(
  name: string,
  pairs: readonly (readonly [id: number, added: number])[],
  ids: TargetIds,
): Extension {
  return rule(
    name,
    (scores, { state }) => add(scores, state(name)),
    vocabularyInput('generationRules', name, pairs, ids),
  );
}

/** The rules in the order in which they are applied. */
function rulesInOrder(
  rules: GenerationRules,
  ends: readonly number[],
  ids: TargetIds,
  rare: readonly Extension[],
): readonly Extension[] {
  const given = <T>(value: T | undefined, make: (value: T) => Extension): readonly Extension[] =>
    value === undefined ? [] : [make(value)];
  const suppressed = (some: readonly number[]) =>
    biasedTokens(
      'rules.suppressed',
      some.map((id) => [id, HIDDEN] as const),
      ids,
    );
  return [
    ...given(rules.minLength, (least) => lengths.atLeast('all', least, ends)),
    ...given(rules.minNewTokens, (least) => lengths.atLeast('new', least, ends)),
    ...given(rules.forcedFirst, lengths.forcedFirst),
    ...given(rules.forcedLast, lengths.forcedLast),
    ...rare,
    ...given(rules.suppressed, suppressed),
    ...(rules.renormalise === true ? [lengths.renormalised] : []),
  ];
}

/** Counts tokens, and says which rows have ended. */
function counters(
  { maxNewTokens = UNLIMITED, maxLength = UNLIMITED }: GenerationRules,
  isPrompt: boolean,
  width: number,
  ends: readonly number[],
): Extension {
  const inputs = () => ({ 'rules.mostNew': i32(1, 1), 'rules.most': i32(1, 1) });
  return {
    key: ['rules', isPrompt, ends],
    states: ({ rows }) => ({
      'rules.step': i32(1),
      'rules.at': i32(rows),
      'rules.limit': i32(rows),
    }),
    inputs,
    values: () => ({
      'rules.mostNew': { shape: [1, 1], data: Int32Array.of(maxNewTokens) },
      'rules.most': { shape: [1, 1], data: Int32Array.of(maxLength) },
    }),
    start: ({ batch, rows }, inputs) => {
      const each = [batch, 1];
      const before = isPrompt
        ? scale(reshape(inputs('lengths'), each), 1, -1)
        : fill(each, 0, 'i32');
      const left = sub(inputs('rules.most'), scale(before, 1, 1));
      const limit = minimum(left, inputs('rules.mostNew'));
      const wide = (x: Tensor) => reshape(broadcastTo(x, [batch, width]), [rows]);
      return {
        'rules.step': fill([1], 0, 'i32'),
        'rules.at': wide(before),
        'rules.limit': wide(limit),
      };
    },
    before: ({ state, ended, token }) => {
      const limit = reshape(state('rules.limit'), token.shape);
      const step = reshape(state('rules.step'), [1, 1]);
      // A start token or the end of a prompt may be an end; it ends nothing.
      const hasEnded = and(ended, greater(step, fill([1, 1], 0, 'i32')));
      return { limit, ends, ended: or(hasEnded, greaterEqual(step, limit)) };
    },
    after: ({ state }) => ({
      state: {
        'rules.step': increment(state('rules.step')),
        'rules.at': increment(state('rules.at')),
      },
    }),
  };
}

/** The strategy, whose rows end with eos in place of other ends. */
function withEnds(strategy: Strategy, ends: readonly number[], { eos }: TargetIds): Strategy {
  const others = ends.filter((id) => id !== eos);
  if (others.length === 0) return strategy;
  return {
    ...strategy,
    choose: (call) => {
      const choice = strategy.choose(call);
      const { token } = choice;
      const is = (id: number) => equal(token, fill(token.shape, id, 'i32'));
      const isEnd = others.map(is).reduce(or);
      return { ...choice, token: where(isEnd, fill(token.shape, eos, 'i32'), token) };
    },
  };
}
