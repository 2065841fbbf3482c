/** Probabilities from logits, on the CPU in float64. */

/** An index with its probability. */
export interface Likely {
  readonly index: number;
  readonly probability: number;
}

/**
 * The likeliest indices, the likeliest first; ties go to the lower index.
 * @param never indices that have no probability
 */
export function likeliest(
  logits: Float32Array,
  count: number,
  never: ReadonlySet<number> = new Set(),
): readonly Likely[] {
  const allowed = [...logits.keys()].filter((index) => !never.has(index));
  const most = allowed.reduce((max, index) => Math.max(max, logits[index] ?? max), -Infinity);
  const weights = allowed.map((index) => ({
    index,
    weight: Math.exp((logits[index] ?? -Infinity) - most),
  }));
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  return weights
    .sort((a, b) => b.weight - a.weight || a.index - b.index)
    .slice(0, count)
    .map(({ index, weight }) => ({ index, probability: weight / total }));
}
