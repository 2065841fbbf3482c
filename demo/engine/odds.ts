/** Probabilities of the next word from a model's logits, in double precision. */

/** A token that could be next. */
export interface Odds {
  readonly id: number;
  readonly token: string;
  readonly probability: number;
}

/** Tokens that are never said come first in the vocabulary: padding and the beginning. */
const NEVER = 2;

/** Softmax over all tokens that can be said. */
export function probabilities(logits: readonly number[]): readonly number[] {
  const most = Math.max(...logits.slice(NEVER));
  const powers = logits.map((logit, id) => (id < NEVER ? 0 : Math.exp(logit - most)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** The likeliest tokens, in descending order. */
export function likeliest(
  odds: readonly number[],
  count: number,
  vocabulary: readonly string[],
): readonly Odds[] {
  return odds
    .map((probability, id) => ({ id, token: vocabulary[id] ?? '', probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count);
}
