/** What multi-head attention gives for one word, as a sum over its heads, in double precision. */
import type { Rows } from '../../../engine/tensors';
import type { Projection } from './service';

export interface WordOutput {
  /** W_O's columns of a head times what the head took along; one for each head. */
  readonly parts: Rows;
  /** The sum of the parts and the bias: W_O · concat(heads) + b. */
  readonly output: readonly number[];
}

/** @param heads the context of each head  @param off heads whose context counts as zeros */
export function wordOutput(
  heads: Rows,
  { weight, bias }: Projection,
  off: ReadonlySet<number> = new Set(),
): WordOutput {
  let first = 0;
  const parts = heads.map((context, head) => {
    const at = first;
    first += context.length;
    return weight.map((row) =>
      off.has(head) ? 0 : context.reduce((sum, c, i) => sum + c * (row[at + i] ?? 0), 0),
    );
  });
  const output = bias.map((b, i) => parts.reduce((sum, part) => sum + (part[i] ?? 0), b));
  return { parts, output };
}

/** The length of a vector. */
export const norm = (vector: readonly number[]) =>
  Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));

/** The mean length of each head's parts over the words. @param contexts [head][word] */
export function meanNorms(contexts: readonly Rows[], projection: Projection): readonly number[] {
  const words = contexts[0]?.length ?? 0;
  const lengths = Array.from({ length: words }, (_, word) =>
    wordOutput(
      contexts.map((rows) => rows[word] ?? []),
      projection,
    ).parts.map(norm),
  );
  return contexts.map(
    (_, head) => lengths.reduce((sum, of) => sum + (of[head] ?? 0), 0) / Math.max(1, words),
  );
}
