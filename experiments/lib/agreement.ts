/** Agreement of attention heads with relations between words (Clark et al. 2019, section 4.2). */
import type { ToyPair } from 'qkv/toy';
import { strongest, type Weights } from './attention';
import type { AttentionKind, Relation } from './relations';
import { meanOf } from './separation';

/** Rows of a sentence that have related columns, with these columns. */
function* rowsWith(kind: AttentionKind, relation: Relation, pairs: readonly ToyPair[]) {
  for (const [sentence, pair] of pairs.entries()) {
    for (const row of kind.rows(pair).keys()) {
      const columns = relation.columns(pair, row);
      if (columns.length > 0) yield { sentence, pair, row, columns };
    }
  }
}

export interface Agreement {
  /** Fraction of rows whose largest weight is on a related column. */
  readonly strongest: number;
  /** Mean weight on related columns. */
  readonly weight: number;
}

/** Agreement of a head with a relation. @param weights attention weights for every sentence pair */
export function agreementOf(
  kind: AttentionKind,
  relation: Relation,
  pairs: readonly ToyPair[],
  weights: readonly (Weights | undefined)[],
): Agreement {
  const rows = [...rowsWith(kind, relation, pairs)].map(({ sentence, pair, row, columns }) => {
    const own = weights[sentence]?.[row] ?? [];
    const isHit = columns.includes(strongest(own, kind.visible(pair, row)));
    return { hit: isHit ? 1 : 0, weight: columns.reduce((sum, c) => sum + (own[c] ?? 0), 0) };
  });
  return {
    strongest: meanOf(rows.map(({ hit }) => hit)),
    weight: meanOf(rows.map(({ weight }) => weight)),
  };
}

/** Agreement of equal weights: the fraction of visible columns that are related. */
export function uniformAgreement(
  kind: AttentionKind,
  relation: Relation,
  pairs: readonly ToyPair[],
): number {
  return meanOf(
    [...rowsWith(kind, relation, pairs)].map(
      ({ pair, row, columns }) => columns.length / kind.visible(pair, row),
    ),
  );
}

/** Largest fixed offset. */
const OFFSETS = 6;

/** Fraction of rows for which the column at a fixed offset is related. */
export function offsetAgreement(
  kind: AttentionKind,
  relation: Relation,
  pairs: readonly ToyPair[],
  offset: number,
): number {
  return meanOf(
    [...rowsWith(kind, relation, pairs)].map(({ row, columns }) =>
      columns.includes(row + offset) ? 1 : 0,
    ),
  );
}

/** The fixed offset with the highest agreement. */
export function bestOffset(
  kind: AttentionKind,
  relation: Relation,
  pairs: readonly ToyPair[],
): number {
  const offsets = Array.from({ length: 2 * OFFSETS + 1 }, (_, i) => i - OFFSETS);
  const scores = offsets.map((offset) => offsetAgreement(kind, relation, pairs, offset));
  return offsets[scores.indexOf(Math.max(...scores))] ?? 0;
}
