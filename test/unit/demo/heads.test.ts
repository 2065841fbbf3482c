/** The scores of heads on a sentence whose weights are made up, and the names of all relations. */
import type { Inspected } from 'qkv/inspect';
import type { ToyPair } from 'qkv/toy';
import { describe, expect, it } from 'vitest';
import {
  ASKED,
  arrowsOf,
  bareWords,
  bestHead,
  NO_SCORES,
  nameOf,
  partOf,
  withSentence,
} from '../../../demo/views/road/heads/scores';
import { WORDS } from '../../../demo/views/road/heads/words';

/** 'small cats sleep': small depends on cats, and cats on sleep. */
const PAIR: ToyPair = {
  source: ['small', 'cats', 'sleep'],
  target: ['petits', 'chats', 'dorment'],
  alignment: [
    [0, 0],
    [1, 1],
    [2, 2],
  ],
  sourceHeads: [1, 2, -1],
  targetHeads: [1, 2, -1],
};

/** Weights [4 rows][4 columns] that look at these columns. */
const looking = (columns: readonly number[]) =>
  columns.flatMap((column) => [0, 1, 2, 3].map((j) => (j === column ? 0.7 : 0.1)));

/** An encoder of one layer with two heads: the first follows dependencies, the second none. */
const INSPECTED: Inspected = {
  reads: [],
  values: {
    'transformer.encoder.layers.0.self_attn.weights': {
      shape: [2, 4, 4],
      data: Float32Array.from([...looking([1, 2, 0, 3]), ...looking([0, 2, 3, 0])]),
    },
  },
};

const place = ASKED.findIndex((one) => nameOf(one) === 'encoder: dependency head');

describe('scores of heads', () => {
  it('are the part of the words that have the relation', () => {
    const once = withSentence(NO_SCORES, PAIR, INSPECTED);
    const scores = withSentence(once, PAIR, INSPECTED)[place]!;
    expect(scores.map(({ rows, hits }) => [rows, hits])).toEqual([
      [4, 4],
      [4, 2],
    ]);
    expect(scores.map(partOf)).toEqual([1, 0.5]);
    expect(Math.abs(scores[0]!.weight - 4 * 0.7)).toBeLessThan(1e-6);
    expect(bestHead(scores)).toBe(0);
    expect(bestHead(scores.toReversed())).toBe(1);
  });

  it('judge a word only where the grammar tells where it is to look', () => {
    const weights = [
      [0, 1, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 1],
    ];
    const verdicts = (pair: ToyPair, isKnown: boolean) =>
      arrowsOf(ASKED[place]!, pair, isKnown, weights).map(({ verdict }) => verdict);
    expect(verdicts(PAIR, true)).toEqual(['right', 'wrong', 'none']);
    const bare = bareWords(PAIR.source, PAIR.target);
    expect(verdicts(bare, false)).toEqual(['unknown', 'unknown', 'unknown']);
  });
});

it('every relation has a name in both languages', () => {
  for (const asked of ASKED) {
    expect(WORDS.en.relations[nameOf(asked)]).toBeDefined();
    expect(WORDS.fr.relations[nameOf(asked)]).toBeDefined();
    expect(WORDS.fr.attention[asked.kind.name]).toBeDefined();
  }
  expect(Object.keys(WORDS.en.relations)).toHaveLength(ASKED.length);
});
