/** Long sentences are split at their clauses, and the translations of the parts put together. */
import fc from 'fast-check';
import type { Translation } from 'qkv';
import { describe, expect, it } from 'vitest';
import { clausesOf, countWords, joinTranslations } from '../../../demo/engine/clauses';
import { groupTokens, groupWeights, wordsOf } from '../../../demo/widgets/wordGroups';

describe('clausesOf', () => {
  const split = (text: string) => clausesOf(text, 7);

  it('leaves a sentence whole that is not too long', () => {
    expect(split('I am hungry, where is my car?')).toEqual(['I am hungry, where is my car?']);
  });

  it('splits behind punctuation first, then before words that join clauses', () => {
    expect(split('I was tired because the train was late, so I went home and slept.')).toEqual([
      'I was tired',
      'because the train was late,',
      'so I went home and slept.',
    ]);
    expect(split('The old man that we saw yesterday sells bread and cheese.')).toEqual([
      'The old man',
      'that we saw yesterday sells bread',
      'and cheese.',
    ]);
  });

  it('joins short clauses again as long as they fit', () => {
    expect(split('Yes, I know. No, I do not. Come in, sit down, and eat.')).toEqual([
      'Yes, I know. No, I do not.',
      'Come in, sit down, and eat.',
    ]);
  });

  it('leaves a clause whole that has nowhere to be split', () => {
    const long = 'the very old green boat of my rich uncle from Italy';
    expect(split(long)).toEqual([long]);
    expect(split('   ')).toEqual([]);
  });

  it('loses nothing, and splits no more than it must', () => {
    const word = fc.constantFrom(
      'I',
      'run',
      'and',
      'because',
      'home,',
      'slept.',
      '…',
      'that',
      'no!',
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (list) => {
        const text = list.join(' ');
        const parts = split(text);
        expect(parts.join(' ')).toBe(text);
        parts.slice(1).forEach((part, i) => {
          expect(countWords(`${parts[i]} ${part}`)).toBeGreaterThan(7);
        });
      }),
    );
  });
});

describe('joinTranslations', () => {
  const part = (
    sourceTokens: readonly string[],
    tokens: readonly string[],
    milliseconds: number,
  ): Translation => ({
    source: sourceTokens.join(''),
    target: tokens.join(''),
    sourceTokens,
    sourceMarks: sourceTokens.map(() => undefined),
    tokens,
    marks: tokens.map(() => undefined),
    alignment: tokens.map((_, t) => sourceTokens.map((_, s) => (t + s) / 10)),
    hypotheses: [],
    adapter: 'one',
    milliseconds,
  });
  const first = part(['I', ' am', ' ti', 'red'], ['Je', ' suis', ' fatigué'], 3);
  const second = part(['so', ' what'], ['et', ' alors'], 4);

  it('keeps the words of both, and no attention between them', () => {
    const joined = joinTranslations('I am tired so what', [first, second]);
    expect(joined).toMatchObject({ source: 'I am tired so what', milliseconds: 7, adapter: 'one' });
    expect(joined.target).toBe('Je suis fatigué et alors');
    expect(wordsOf(joined.tokens)).toEqual(['Je', 'suis', 'fatigué', 'et', 'alors']);
    expect(wordsOf(joined.sourceTokens)).toEqual(['I', 'am', 'tired', 'so', 'what']);
    expect(joined.alignment).toHaveLength(5);
    expect(joined.alignment[2]).toEqual([0.2, 0.3, 0.4, 0.5, 0, 0]);
    expect(joined.alignment[4]).toEqual([0, 0, 0, 0, 0.1, 0.2]);
    const groups = [groupTokens(joined.tokens), groupTokens(joined.sourceTokens)] as const;
    expect(groupWeights(joined.alignment, ...groups)[2]).toEqual([0.2, 0.3, 0.9, 0, 0]);
  });

  it('adds no space to tokens that are words', () => {
    const words = part(['so', 'what'], ['et', 'alors'], 1);
    expect(joinTranslations('', [words, words]).tokens).toEqual(['et', 'alors', 'et', 'alors']);
  });

  it('is the translation itself where there is one part', () => {
    const { source: _, ...others } = joinTranslations('a text', [first]);
    const { source: __, ...expected } = first;
    expect(others).toEqual(expected);
  });
});
