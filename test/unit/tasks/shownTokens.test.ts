/** What tasks show of an answer's ids. */
import { expect, it } from 'vitest';
import { showAnswer } from '../../../src/tasks/shownTokens';
import { buildVocabulary } from '../../../src/text';

const vocabulary = buildVocabulary([['the', 'cat', 'sees']]);
const unk = vocabulary.unk ?? -1;
const ids = [vocabulary.id('the') ?? -1, unk, vocabulary.id('sees') ?? -1, unk];
const source = ['zyzzyva', undefined, 'sees', 'qat'];

it('copies unknown words from under the strongest attention, never what cannot be copied', () => {
  const attention = [
    [1, 0, 0, 0, 0],
    [0.2, 0.4, 0.1, 0.1, 0.2],
    [0, 0, 1, 0, 0],
    [0, 0, 0, 0.4, 0.6],
  ];
  const { words, tokens, marks } = showAnswer(vocabulary, ids, attention, source);
  expect(words).toEqual(['the', 'zyzzyva', 'sees', 'qat']);
  expect(tokens).toEqual(words);
  expect(marks).toEqual([
    undefined,
    { kind: 'copied', source: 0 },
    undefined,
    { kind: 'copied', source: 3 },
  ]);
});

it('leaves gaps without attention, and where nothing can be copied', () => {
  const gaps = ['the', '…', 'sees', '…'];
  expect(showAnswer(vocabulary, ids, [], source).words).toEqual(gaps);
  const weights = ids.map(() => [1]);
  const { words, marks } = showAnswer(vocabulary, ids, weights, [undefined]);
  expect([words, marks[1]]).toEqual([gaps, { kind: 'unknown' }]);
});
