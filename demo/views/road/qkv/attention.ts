/** Attention of one query, computed step by step in double precision. */

/** What is computed for one query. */
export interface AttentionSteps {
  /** q · k for each key; undefined for a hidden one. */
  readonly products: readonly (number | undefined)[];
  /** Divided by the square root of the size. */
  readonly scaled: readonly (number | undefined)[];
  /** Softmax; 0 for a hidden key. */
  readonly weights: readonly number[];
  /** The sum of the values by their weights. */
  readonly context: readonly number[];
}

/**
 * Scaled dot-product attention (Vaswani et al. 2017, eq. 1) of one query.
 * @param visible the number of keys from the first that the query sees
 */
export function attentionSteps(
  query: readonly number[],
  keys: readonly (readonly number[])[],
  values: readonly (readonly number[])[],
  visible = keys.length,
): AttentionSteps {
  const products = keys.map((key, j) =>
    j < visible ? key.reduce((sum, x, i) => sum + x * (query[i] ?? 0), 0) : undefined,
  );
  const scale = Math.sqrt(query.length);
  const scaled = products.map((product) => (product === undefined ? undefined : product / scale));
  const most = Math.max(...scaled.map((score) => score ?? -Infinity));
  const powers = scaled.map((score) => (score === undefined ? 0 : Math.exp(score - most)));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const weights = powers.map((power) => power / total);
  const context = query.map((_, i) =>
    values.reduce((sum, value, j) => sum + (weights[j] ?? 0) * (value[i] ?? 0), 0),
  );
  return { products, scaled, weights, context };
}
