/** Agreement of attention heads with relations between words (Clark et al. 2019, section 4.2). */
import type { ToyPair } from 'qkv/toy';
import type { AttentionKind, Relation } from './relations';
import { meanOf } from './separation';
import { strongest, type Weights } from './strongest';

/** Rows of a sentence that have related columns, with these columns. */
function* rowsWith(kind: AttentionKind, relation: Relation, pairs: readonly ToyPair[]) {
  for (const pair of pairs) {
    for (const row of kind.rows(pair).keys()) {
      const columns = relation.columns(pair, row);
      if (columns.length > 0) yield { pair, row, columns };
    }
  }
}

export interface Agreement {
  /** Fraction of rows whose largest weight is on a related column. */
  readonly strongest: number;
  /** Mean weight on related columns. */
  readonly weight: number;
}

/** What agreements are means of: sums over rows that have related columns. */
export interface AgreementSums {
  readonly rows: number;
  /** Rows whose largest weight is on a related column. */
  readonly hits: number;
  /** Sum of the weights on related columns. */
  readonly weight: number;
}

/** The sums of a head in one sentence. */
export function agreementSums(
  kind: AttentionKind,
  relation: Relation,
  pair: ToyPair,
  weights: Weights | undefined,
): AgreementSums {
  let [rows, hits, weight] = [0, 0, 0];
  for (const { row, columns } of rowsWith(kind, relation, [pair])) {
    const own = weights?.[row] ?? [];
    rows++;
    if (columns.includes(strongest(own, kind.visible(pair, row)))) hits++;
    weight += columns.reduce((sum, c) => sum + (own[c] ?? 0), 0);
  }
  return { rows, hits, weight };
}

/** Agreement of a head with a relation. @param weights attention weights for every sentence pair */
export function agreementOf(
  kind: AttentionKind,
  relation: Relation,
  pairs: readonly ToyPair[],
  weights: readonly (Weights | undefined)[],
): Agreement {
  const sums = pairs.map((pair, i) => agreementSums(kind, relation, pair, weights[i]));
  const total = (of: keyof AgreementSums) => sums.reduce((sum, one) => sum + one[of], 0);
  return { strongest: total('hits') / total('rows'), weight: total('weight') / total('rows') };
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
