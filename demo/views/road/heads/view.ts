/** What the figure shows of the visitor's sentence: one head, and where each word looks. */
import type { Translation } from 'qkv';
import type { ToyPair } from 'qkv/toy';
import { normalised } from '../../../engine/sentences';
import { type Asked, arrowsOf, bareWords, headWeights } from './scores';

const END = '■';
const START = '▸';

/** Whether the rows of a relation are asked about the word that is written next. */
const isAhead = ({ kind, relation }: Asked) =>
  kind.name === 'cross' && !relation.name.endsWith('read');

/** The pair of a sentence of the grammar; undefined for any other. */
export function pairOf(pairs: readonly ToyPair[], text: string): ToyPair | undefined {
  const sought = normalised(text);
  return pairs.find(({ source }) => source.join(' ') === sought);
}

/** @param pairs the sentences of which the grammar's truth is known */
export function viewOf(
  translation: Translation,
  pairs: readonly ToyPair[],
  asked: Asked,
  head: number,
) {
  const { inspected, sourceTokens, tokens } = translation;
  if (inspected === undefined) return undefined;
  const found = pairOf(pairs, translation.source);
  // The truth of another translation than the one that was read would be about other words.
  const known = found?.target.join(' ') === tokens.join(' ') ? found : undefined;
  const pair = known ?? bareWords(sourceTokens, tokens);
  const { kind } = asked;
  const weights = headWeights(inspected, kind);
  const arrows = arrowsOf(asked, pair, known !== undefined, weights[head] ?? []);
  const shown = (words: readonly string[]) =>
    words.map((word) => ({ '<eos>': END, '<bos>': START })[word] ?? word);
  const ahead = isAhead(asked);
  const rows = ahead ? [...pair.target, END] : shown(kind.rows(pair));
  const judged = arrows.filter(({ verdict }) => verdict === 'right' || verdict === 'wrong');
  return {
    isKnown: known !== undefined,
    isAhead: ahead,
    isSelf: kind.name !== 'cross',
    source: pair.source,
    target: pair.target,
    rows,
    columns: shown(kind.columns(pair)),
    /** Of all heads. */
    weights: weights.map((own) => own.slice(0, rows.length)),
    arrows,
    right: arrows.filter(({ verdict }) => verdict === 'right').length,
    judged: judged.length,
    isTold: arrows.some(({ verdict }) => verdict !== 'unknown'),
  };
}

export type HeadView = NonNullable<ReturnType<typeof viewOf>>;
