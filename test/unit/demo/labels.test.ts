/** Labels are made from raw text alone. */
import { describe, expect, it } from 'vitest';
import { softmax } from '../../../demo/views/road/lib/numbers';
import {
  clauseEnd,
  firstMarks,
  type Mark,
  type Objective,
  question,
  wordsOf,
} from '../../../demo/views/road/selfSupervision/labels';
import { judge, lossOf } from '../../../demo/views/road/selfSupervision/odds';

const WORDS = ['a', 'b', 'and', 'c', 'd'];

const asked = (objective: Objective, marks: string, isSwapped = false) =>
  question({ objective, words: WORDS, marks: [...marks] as Mark[], isSwapped, place: 1 });

describe('labels', () => {
  it('are the words behind masks', () => {
    const { input, places } = asked('mask', 'kmkmk');
    expect(input.join(' ')).toBe('a [MASK] and [MASK] d');
    expect(places).toEqual([1, 3]);
  });

  it('are the words themselves, one place later', () => {
    const { input, places, prompt } = asked('continue', 'kkkkk');
    expect(input.join(' ')).toBe('▸ a b and c');
    expect(places).toEqual([0, 1, 2, 3, 4]);
    expect(prompt).toEqual(['a']);
  });

  it('are the sentence without its noise', () => {
    expect(asked('restore', 'kmmdk').input.join(' ')).toBe('a [MASK] d');
    expect(asked('restore', 'kkkkk', true).input.join(' ')).toBe('c d a b and');
    expect(asked('restore', 'ddddd').input.join(' ')).toBe('[MASK]');
    expect(clauseEnd(WORDS)).toBe(2);
    expect(clauseEnd(['and', 'a'])).toBeUndefined();
  });

  it('take words as the models do', () => {
    expect(wordsOf("The boy’s cat, isn't it?")).toEqual([
      ...['the', 'boy', "'s", 'cat', ',', "isn't", 'it', '?'],
    ]);
    expect(wordsOf(' … ')).toEqual([]);
  });

  it('begin with one mask, and with a span and a gap', () => {
    expect(firstMarks('mask', 6).join('')).toBe('kkkmkk');
    expect(firstMarks('restore', 10).join('')).toBe('kkmmkdkkkk');
    expect(firstMarks('mask', 0)).toEqual([]);
  });
});

describe('odds', () => {
  it('are softmax, without ids that are no answer', () => {
    const odds = softmax([0, Math.log(3), 50], [2]);
    expect(odds[0]).toBeCloseTo(0.25, 14);
    expect(odds[1]).toBeCloseTo(0.75, 14);
    expect(odds[2]).toBe(0);
  });

  it('rank the true word, and give the loss', () => {
    const tokens = ['x', 'y', 'z'];
    const judged = judge(0, 'z', [0.5, 0.3, 0.2], tokens, 2);
    expect(judged.top.map(({ token }) => token)).toEqual(['x', 'y']);
    expect(judged.truth).toEqual({ probability: 0.2, rank: 3 });
    expect(judge(0, 'unknown', [1], tokens, 1).truth).toBeUndefined();
    expect(lossOf([judged])).toBeCloseTo(-Math.log(0.2), 14);
    expect(lossOf([])).toBeUndefined();
  });
});
