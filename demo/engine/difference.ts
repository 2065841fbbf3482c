/** Compares an answer with the true translation, token by token. */

/** A token of an answer, and whether the true translation has it there. */
export type Compared =
  | { readonly kind: 'right' | 'wrong'; readonly token: string; readonly index: number }
  /** A token that the answer lacks. */
  | { readonly kind: 'missing'; readonly token: string };

/**
 * Aligns an answer with the true translation by their longest common subsequence.
 * @returns all tokens of the answer in order, and the missing ones where they belong
 */
export function compareTokens(answer: readonly string[], truth: readonly string[]): Compared[] {
  const lengths = commonLengths(answer, truth);
  const compared: Compared[] = [];
  let [i, j] = [0, 0];
  while (i < answer.length || j < truth.length) {
    const [token, expected] = [answer[i], truth[j]];
    if (token !== undefined && token === expected) {
      compared.push({ kind: 'right', token, index: i++ });
      j++;
    } else if (token !== undefined && at(lengths, i + 1, j) >= at(lengths, i, j + 1)) {
      compared.push({ kind: 'wrong', token, index: i++ });
    } else if (expected !== undefined) {
      compared.push({ kind: 'missing', token: expected });
      j++;
    }
  }
  return compared;
}

/** Element [i][j] is the length of the longest common subsequence from i and j on. */
function commonLengths(a: readonly string[], b: readonly string[]): readonly number[][] {
  const lengths = Array.from({ length: a.length + 1 }, () =>
    new Array<number>(b.length + 1).fill(0),
  );
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i] ?? [];
      row[j] =
        a[i] === b[j]
          ? at(lengths, i + 1, j + 1) + 1
          : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
    }
  }
  return lengths;
}

const at = (rows: readonly (readonly number[])[], i: number, j: number): number =>
  rows[i]?.[j] ?? 0;
