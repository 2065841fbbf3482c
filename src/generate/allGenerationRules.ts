/** The rules of published models, with those that look back at tokens. */
import type { Extension } from './extension';
import { rulesWith, type TokenRules } from './generationRules';
import { finite, lengthDecay, suppressedFirst } from './rareRules';
import {
  biasedSequences,
  repetitionPenalty,
  withoutNgrams,
  withoutSequences,
} from './repetitionRules';
import type { GenerationRules } from './ruleOptions';
import type { DecodingFeature } from './strategy';
import { appended, historyOf, kept, sourceTokens, sourceTokensOf } from './tokenHistory';

/**
 * All rules of published models, for the option `generationRules` of any decoding: those of
 * `generationRules`, penalties and bans of repetitions, n-grams and sequences, and others that few models
 * have. Penalties and biases of single tokens compile nothing when they change.
 */
export const allGenerationRules: DecodingFeature<GenerationRules> = rulesWith(
  lookingBack,
  ({ removeInvalid, lengthDecay: decay, suppressedFirst: some, forcedFirst }, ends) => [
    ...(removeInvalid === true ? [finite] : []),
    ...(decay === undefined ? [] : [lengthDecay(...decay, ends)]),
    ...(some === undefined ? [] : [suppressedFirst(some, forcedFirst !== undefined)]),
  ],
);

function lookingBack(
  rules: GenerationRules,
  { ends, ids, isPrompt, width }: Parameters<TokenRules>[1],
): readonly Extension[] {
  const given = <T>(value: T | undefined, make: (value: T) => Extension): readonly Extension[] =>
    value === undefined ? [] : [make(value)];
  const inOrder = [
    ...given(rules.sequenceBias, (pairs) => biasedSequences('rules.bias', pairs, ids)),
    // The inverse: tokens of the source become likelier.
    ...given(rules.encoderRepetitionPenalty, (penalty) =>
      repetitionPenalty('rules.encoderRepetition', 1 / penalty, sourceTokensOf),
    ),
    ...given(rules.repetitionPenalty, (penalty) =>
      repetitionPenalty('rules.repetition', penalty, historyOf),
    ),
    ...given(rules.noRepeatNgrams, (n) => withoutNgrams('ngrams', n, historyOf)),
    ...given(rules.encoderNoRepeatNgrams, (n) => withoutNgrams('sourceNgrams', n, sourceTokensOf)),
    ...given(rules.bannedSequences, (sequences) => withoutSequences(sequences, ends, ids)),
  ];
  if (inOrder.length === 0) return [];
  const readsSource = (rules.encoderRepetitionPenalty ?? rules.encoderNoRepeatNgrams) !== undefined;
  return [
    ...(readsSource ? [sourceTokens(width)] : []),
    appended(isPrompt, width),
    ...inOrder,
    kept,
  ];
}
