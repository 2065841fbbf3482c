/**
 * How well each head of the transformer follows a relation between words that the grammar knows
 * (Clark et al. 2019, section 4.2), and where it looks in one sentence.
 */
import type { Inspected } from 'qkv/inspect';
import { matches } from 'qkv/inspect';
import type { ToyPair } from 'qkv/toy';
import {
  type AgreementSums,
  agreementSums,
  bestOffset,
  offsetAgreement,
  uniformAgreement,
} from '../../../../experiments/lib/agreement';
import {
  ATTENTION_KINDS,
  type AttentionKind,
  type Relation,
} from '../../../../experiments/lib/relations';
import { strongest, type Weights } from '../../../../experiments/lib/strongest';
import { headsOf } from '../../../engine/tensors';

/** A relation of one of the three attentions. */
export interface Asked {
  readonly kind: AttentionKind;
  readonly relation: Relation;
}

/** All relations. */
export const ASKED: readonly Asked[] = ATTENTION_KINDS.flatMap((kind) =>
  kind.relations.map((relation) => ({ kind, relation })),
);

/** The name of a relation, which is the same in every language. */
export const nameOf = ({ kind, relation }: Asked) => `${kind.name}: ${relation.name}`;

/** The values to look at. */
export const PATTERNS = ATTENTION_KINDS.map(({ pattern }) => pattern);

/** Relations that follow from the places of the words alone, for which no grammar is needed. */
const PLACES = ['previous word', 'itself', 'next word'];

/** The weights of all heads of an attention, layer by layer. */
export function headWeights({ values }: Inspected, kind: AttentionKind): readonly Weights[] {
  return Object.keys(values)
    .filter((name) => matches([kind.pattern], name))
    .toSorted()
    .flatMap((name) => headsOf(values[name]));
}

/** The sums of each head, by the place of the relation in `ASKED`. */
export type Scores = readonly (readonly AgreementSums[])[];

export const NO_SCORES: Scores = ASKED.map(() => []);

/** Adds a sentence. */
export function withSentence(scores: Scores, pair: ToyPair, inspected: Inspected): Scores {
  const weights = new Map(ATTENTION_KINDS.map((kind) => [kind, headWeights(inspected, kind)]));
  return ASKED.map(({ kind, relation }, i) =>
    (weights.get(kind) ?? []).map((own, head) => {
      const { rows, hits, weight } = agreementSums(kind, relation, pair, own);
      const before = scores[i]?.[head] ?? { rows: 0, hits: 0, weight: 0 };
      return {
        rows: before.rows + rows,
        hits: before.hits + hits,
        weight: before.weight + weight,
      };
    }),
  );
}

/** The part of the words whose strongest weight is on a related word. */
export const partOf = ({ hits, rows }: AgreementSums) => hits / Math.max(1, rows);

/** The head with the highest score; the first one of several. */
export function bestHead(heads: readonly AgreementSums[]): number {
  const parts = heads.map(partOf);
  return Math.max(0, parts.indexOf(Math.max(...parts)));
}

/** What needs no network: the best fixed distance, and equal weights for all words. */
export interface Baseline {
  readonly offset: number;
  readonly ofOffset: number;
  readonly ofChance: number;
}

export function baselineOf({ kind, relation }: Asked, pairs: readonly ToyPair[]): Baseline {
  const offset = bestOffset(kind, relation, pairs);
  return {
    offset,
    ofOffset: offsetAgreement(kind, relation, pairs, offset),
    ofChance: uniformAgreement(kind, relation, pairs),
  };
}

/**
 * Whether the word that a head looks at is a related one: 'none' where no word is related, 'unknown'
 * where nobody knows.
 */
export type Verdict = 'right' | 'wrong' | 'none' | 'unknown';

/** Where a word looks. */
export interface Arrow {
  readonly row: number;
  readonly column: number;
  readonly weight: number;
  /** The related columns. */
  readonly related: readonly number[];
  readonly verdict: Verdict;
}

/**
 * Where each word looks most.
 * @param pair a sentence and its translation  @param isKnown whether it has the grammar's truth
 */
export function arrowsOf(
  { kind, relation }: Asked,
  pair: ToyPair,
  isKnown: boolean,
  weights: Weights,
): readonly Arrow[] {
  const isTold = isKnown || PLACES.includes(relation.name);
  return kind.rows(pair).map((_, row) => {
    const column = strongest(weights[row] ?? [], kind.visible(pair, row));
    const related = isTold ? relation.columns(pair, row) : [];
    const found = related.includes(column) ? 'right' : 'wrong';
    const told = related.length === 0 ? 'none' : found;
    const verdict = isTold ? told : 'unknown';
    return { row, column, weight: weights[row]?.[column] ?? 0, related, verdict };
  });
}

/** A sentence of which only the words are known. */
export function bareWords(source: readonly string[], target: readonly string[]): ToyPair {
  const none = (words: readonly string[]) => words.map(() => -1);
  return {
    source,
    target,
    alignment: [],
    sourceHeads: none(source),
    targetHeads: none(target),
  };
}
