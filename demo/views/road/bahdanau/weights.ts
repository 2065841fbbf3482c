/** Attention weights that a visitor changes, and what follows from them, in double precision. */

type Link = readonly [english: number, french: number];

/** Weights after one of them was set: the others keep their ratios, and all sum to 1. */
export function withWeight(weights: readonly number[], index: number, to: number): number[] {
  const rest = weights.reduce((sum, weight, i) => (i === index ? sum : sum + weight), 0);
  const others = weights.length - 1;
  if (others === 0) return [1];
  return weights.map((weight, i) => {
    if (i === index) return to;
    return rest > 0 ? (weight / rest) * (1 - to) : (1 - to) / others;
  });
}

/** Weights that sum to 1, from numbers of at least 0. */
export function normalisedWeights(numbers: readonly number[]): readonly number[] {
  const sum = numbers.reduce((total, one) => total + one, 0);
  return numbers.map((one) => one / sum);
}

/** The sum of the annotations by their weights (Bahdanau et al. 2015, eq. 5). */
export function contextOf(
  weights: readonly number[],
  annotations: readonly (readonly number[])[],
): readonly number[] {
  const [first = []] = annotations;
  return first.map((_, i) =>
    annotations.reduce((sum, annotation, j) => sum + (weights[j] ?? 0) * (annotation[i] ?? 0), 0),
  );
}

/**
 * The link of each French word: to the English word with the largest weight. A word that looks at
 * the end of the sentence has none.
 * @param weights [French words][English words and the end]
 */
export function linksOf(weights: readonly (readonly number[])[]): readonly Link[] {
  return weights.flatMap((row, french): Link[] => {
    const english = row.indexOf(Math.max(...row));
    return english < row.length - 1 ? [[english, french]] : [];
  });
}

/** Alignment error rate (Och and Ney 2003), where all true links are sure ones. */
export function alignmentErrorRate(found: readonly Link[], truth: readonly Link[]): number {
  const known = new Set(truth.map((link) => link.join()));
  const right = found.filter((link) => known.has(link.join())).length;
  const all = found.length + truth.length;
  return all === 0 ? 0 : 1 - (2 * right) / all;
}
