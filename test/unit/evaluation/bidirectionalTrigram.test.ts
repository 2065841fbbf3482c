/** Words filled in by counts of their neighbours. */
import { expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors';
import { bidirectionalTrigram } from '../../../src/evaluation/bidirectionalTrigram';

it('takes the commonest word between two neighbours, then backs off', () => {
  const fill = bidirectionalTrigram([
    [1, 10, 20, 30, 2],
    [1, 10, 20, 30, 2],
    [1, 10, 21, 30, 2],
    [1, 11, 21, 31, 2],
    [1, 11, 22, 32, 2],
  ]);
  expect(fill(10, 30)).toBe(20);
  // 10 and 31 never enclose a word: after 10 come 20 (2) and 21 (1), before 31 only 21.
  expect(fill(10, 31)).toBe(21);
  // Nothing was seen before 99, so that the word after 10 decides; nothing of both: the commonest.
  expect(fill(10, 99)).toBe(20);
  expect(fill(99, 32)).toBe(22);
  expect(fill(99, 98)).toBe(10);
  expect(() => bidirectionalTrigram([[1, 2]])).toThrow(InputError);
});
