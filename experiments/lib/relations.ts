/**
 * Relations between words that an attention head may have learnt: positions, the grammar's
 * dependencies and its word links.
 */
import type { ToyPair } from 'qkv/toy';

export interface Relation {
  readonly name: string;
  /** Columns that are related to each row; rows without related columns are ignored. */
  columns(pair: ToyPair, row: number): readonly number[];
}

/** One of the transformer's three attentions. */
export interface AttentionKind {
  readonly name: string;
  /** Pattern of the names of its attention weights. */
  readonly pattern: string;
  rows(pair: ToyPair): readonly string[];
  columns(pair: ToyPair): readonly string[];
  /** Columns that are visible to a row. */
  visible(pair: ToyPair, row: number): number;
  readonly relations: readonly Relation[];
}

const at = (column: number | undefined, isThere = true): readonly number[] =>
  column === undefined || !isThere || column < 0 ? [] : [column];

const dependents = (heads: readonly number[], word: number): readonly number[] =>
  heads.flatMap((head, i) => (head === word ? [i] : []));

const sourcesOf = ({ alignment }: ToyPair, word: number): readonly number[] =>
  alignment.flatMap(([s, t]) => (t === word ? [s] : []));

const END = '<eos>';
const BEGIN = '<bos>';

/** Encoder self-attention: rows and columns are source words, and eos is visible, too. */
const encoderSelf: AttentionKind = {
  name: 'encoder',
  pattern: 'transformer.encoder.**.self_attn.weights',
  rows: ({ source }) => source,
  columns: ({ source }) => [...source, END],
  visible: ({ source }) => source.length + 1,
  relations: [
    { name: 'previous word', columns: (_, row) => at(row - 1) },
    { name: 'itself', columns: (_, row) => at(row) },
    { name: 'next word', columns: ({ source }, row) => at(row + 1, row + 1 < source.length) },
    { name: 'dependency head', columns: ({ sourceHeads }, row) => at(sourceHeads[row]) },
    { name: 'a dependent', columns: ({ sourceHeads }, row) => dependents(sourceHeads, row) },
  ],
};

/** Decoder self-attention: row and column r are the input word r - 1 of the target; 0 is bos. */
const decoderSelf: AttentionKind = {
  name: 'decoder',
  pattern: 'transformer.decoder.**.self_attn.weights',
  rows: ({ target }) => [BEGIN, ...target],
  columns: ({ target }) => [BEGIN, ...target],
  visible: (_, row) => row + 1,
  relations: [
    { name: 'previous word', columns: (_, row) => at(row - 1) },
    { name: 'itself', columns: (_, row) => at(row, row > 0) },
    {
      name: 'dependency head, if before',
      columns: ({ targetHeads }, row) => earlier(at(targetHeads[row - 1]), row - 1),
    },
    {
      name: 'a dependent before',
      columns: ({ targetHeads }, row) =>
        row === 0 ? [] : earlier(dependents(targetHeads, row - 1), row - 1),
    },
    {
      name: 'head of the word to come',
      columns: ({ targetHeads }, row) => earlier(at(targetHeads[row]), row),
    },
    {
      name: 'dependent of the word to come',
      columns: ({ target, targetHeads }, row) =>
        row === target.length ? [] : earlier(dependents(targetHeads, row), row),
    },
  ],
};

/** Columns of target words before a word. */
const earlier = (words: readonly number[], word: number): readonly number[] =>
  words.filter((other) => other < word).map((other) => other + 1);

/** Cross-attention: rows as in the decoder's self-attention, columns as in the encoder's. */
const cross: AttentionKind = {
  name: 'cross',
  pattern: 'transformer.decoder.**.multihead_attn.weights',
  rows: decoderSelf.rows,
  columns: encoderSelf.columns,
  visible: encoderSelf.visible,
  relations: [
    { name: 'source of the word read', columns: (pair, row) => sourcesOf(pair, row - 1) },
    { name: 'source of the word to come', columns: sourcesOf },
    {
      name: 'dependency head of that source',
      columns: (pair, row) =>
        sourcesOf(pair, row).flatMap((source) => at(pair.sourceHeads[source])),
    },
  ],
};

export const ATTENTION_KINDS: readonly AttentionKind[] = [encoderSelf, decoderSelf, cross];
