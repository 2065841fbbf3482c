/** Words that are offered in place of one that a model does not know. */
import { expect, it } from 'vitest';
import { similarWords } from '../../../demo/engine/knownWords';

const KNOWN = ['cat', 'cats', 'car', 'horse', 'house', 'houses', 'sees'];

it('are those that are spelt most like it, the nearest first', () => {
  expect(similarWords('housse', KNOWN, 3)).toEqual(['house', 'horse', 'houses']);
  expect(similarWords('CAT', KNOWN, 2)).toEqual(['cat', 'cats']);
});

it('are none where nothing is alike', () => {
  expect(similarWords('xylophone', KNOWN, 3)).toEqual([]);
});
