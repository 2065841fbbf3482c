/** How far an attention head follows a relation between words (Clark et al. 2019, section 4.2). */
import type { ToyPair } from 'qkv/toy';
import { strongest, type Weights } from './attention';
import type { AttentionKind, Relation } from './relations';
import { meanOf } from './separation';

/** Rows of a sentence that the relation says something of, with its columns. */
function* rowsWith(kind: AttentionKind, relation: Relation, pairs: readonly ToyPair[]) {
  for (const [sentence, pair] of pairs.entries()) {
    for (const row of kind.rows(pair).keys()) {
      const columns = relation.columns(pair, row);
      if (columns.length > 0) yield { sentence, pair, row, columns };
    }
  }
}

export interface Agreement {
  /** Part of the rows whose strongest weight is on the relation. */
  readonly strongest: number;
  /** Mean weight on the relation. */
  readonly weight: number;
}

/** How far a head follows a relation. @param weights of every pair */
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

/** What the relation's columns are of all visible ones: a head that looks everywhere alike. */
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

/** Largest distance of a fixed offset. */
const OFFSETS = 6;

/** How often the column at a fixed distance from the row is on the relation. */
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

/** The fixed offset that follows the relation best. */
export function bestOffset(
  kind: AttentionKind,
  relation: Relation,
  pairs: readonly ToyPair[],
): number {
  const offsets = Array.from({ length: 2 * OFFSETS + 1 }, (_, i) => i - OFFSETS);
  const scores = offsets.map((offset) => offsetAgreement(kind, relation, pairs, offset));
  return offsets[scores.indexOf(Math.max(...scores))] ?? 0;
}
