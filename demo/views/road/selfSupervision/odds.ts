/** How a model judges words by their probabilities, in double precision. */

export interface Likely {
  readonly id: number;
  readonly token: string;
  readonly probability: number;
}

/** The likeliest tokens, the likeliest first. */
function likeliest(
  probabilities: readonly number[],
  tokens: readonly string[],
  count: number,
): readonly Likely[] {
  return probabilities
    .map((probability, id) => ({ id, token: tokens[id] ?? '', probability }))
    .toSorted((a, b) => b.probability - a.probability || a.id - b.id)
    .slice(0, count);
}

/** How a model judges the word that was there. */
export interface Judged {
  readonly place: number;
  readonly top: readonly Likely[];
  /** Undefined for a word that the model does not know. */
  readonly truth: { readonly probability: number; readonly rank: number } | undefined;
}

/** Judges the true word. */
export function judge(
  place: number,
  word: string,
  probabilities: readonly number[],
  tokens: readonly string[],
  count: number,
): Judged {
  const id = tokens.indexOf(word);
  const probability = probabilities[id];
  const rank = 1 + probabilities.filter((other) => other > (probability ?? 0)).length;
  return {
    place,
    top: likeliest(probabilities, tokens, count),
    truth: probability === undefined ? undefined : { probability, rank },
  };
}

/** The mean of −log p of the true words that the model knows; undefined if there are none. */
export function lossOf(judged: readonly Judged[]): number | undefined {
  const known = judged.flatMap(({ truth }) => (truth === undefined ? [] : [truth.probability]));
  if (known.length === 0) return undefined;
  return known.reduce((sum, probability) => sum - Math.log(probability), 0) / known.length;
}
