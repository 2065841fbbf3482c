/** Tokens as words: pieces of byte pairs belong to the word that the first of them begins. */

/** Indices of the tokens of each word. */
export type WordGroups = readonly (readonly number[])[];

/**
 * Groups tokens to words: with byte pairs, a token that begins with a space begins a word; tokens of
 * words are words each.
 */
export function groupTokens(tokens: readonly string[]): WordGroups {
  const hasPieces = tokens.some((token) => token.startsWith(' '));
  if (!hasPieces) return tokens.map((_, i) => [i]);
  const groups: number[][] = [];
  tokens.forEach((token, i) => {
    const last = groups.at(-1);
    if (last === undefined || token.startsWith(' ')) groups.push([i]);
    else last.push(i);
  });
  return groups;
}

/** The text of a group. */
export function wordOf(tokens: readonly string[], group: readonly number[]): string {
  return group
    .map((i) => tokens[i] ?? '')
    .join('')
    .trim();
}

/** The words of tokens. */
export function wordsOf(tokens: readonly string[]): readonly string[] {
  return groupTokens(tokens).map((group) => wordOf(tokens, group));
}

/**
 * Attention between words: the mean over the target's pieces of the sum over the source's.
 * @param weights [target][source] of tokens
 */
export function groupWeights(
  weights: readonly (readonly number[])[],
  target: WordGroups,
  source: WordGroups,
): readonly (readonly number[])[] {
  return target.map((rows) =>
    source.map((columns) => {
      const sums = rows.map((row) =>
        columns.reduce((sum, column) => sum + (weights[row]?.[column] ?? 0), 0),
      );
      return sums.reduce((sum, one) => sum + one, 0) / Math.max(1, rows.length);
    }),
  );
}
