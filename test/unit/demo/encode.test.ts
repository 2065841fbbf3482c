/** Places in a vocabulary, bags, and what encodings take. */
import { expect, it } from 'vitest';
import { costsOf, countsOf, idsOf } from '../../../demo/views/road/encodings/encode';

it('gives words that the vocabulary lacks the first place', () => {
  const ids = idsOf(['a', 'zebra', 'b', 'a', 'lion'], ['<unk>', 'a', 'b']);
  expect(ids).toEqual([1, 0, 2, 1, 0]);
  expect(countsOf(ids, 3)).toEqual([2, 2, 1]);
});

it('counts numbers, zeros and bytes', () => {
  expect(costsOf([1, 0, 2, 1], 10, 3)).toEqual({
    rows: { width: 10, numbers: 40, zeros: 36, bytes: 160 },
    bag: { width: 10, numbers: 10, zeros: 7, bytes: 40 },
    vectors: { width: 3, numbers: 12, zeros: 0, bytes: 48 },
  });
});
