/** The strongest weight of attention. */

/**
 * Attention weights of a head for a sentence [T][S]; rows and columns past its end are to be
 * ignored.
 */
export type Weights = readonly (readonly number[])[];

/** The column of the largest weight among the first `columns`. */
export function strongest(row: readonly number[], columns: number): number {
  const seen = row.slice(0, columns);
  return seen.indexOf(Math.max(...seen));
}
