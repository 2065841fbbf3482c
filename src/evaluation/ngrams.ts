/** Helpers of the metrics: words, n-gram counts, and checks of hypotheses and references. */
import { InputError } from '../core/errors';

/**
 * Splits text at white space, as Python's `split` does, except that the control characters U+001C
 * to U+001F are not white space here.
 */
export function splitWords(text: string): readonly string[] {
  return text.split(/\p{White_Space}+/u).filter((word) => word !== '');
}

/** Counts n-grams of items, which must not contain line feeds. */
export function countNgrams(items: readonly string[], n: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= items.length; i++) {
    const ngram = items.slice(i, i + n).join('\n');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

export function checkCounts(where: string, hypotheses: number, references: number): void {
  if (hypotheses !== references) {
    throw new InputError(`${where}: ${hypotheses} hypotheses but ${references} references`);
  }
  if (hypotheses === 0) throw new InputError(`${where}: expected at least one sentence`);
}

export function checkReferences(
  where: string,
  hypotheses: readonly unknown[],
  references: readonly (readonly unknown[])[],
): void {
  checkCounts(where, hypotheses.length, references.length);
  const bare = references.findIndex((list) => list.length === 0);
  if (bare >= 0) throw new InputError(`${where}: sentence ${bare} has no reference`);
}
