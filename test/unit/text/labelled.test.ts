import { expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors';
import { labelledBatch, NO_LABEL } from '../../../src/text';

it('pads tokens and labels, which then do not count', () => {
  const sequences = [
    { tokens: [4, 5, 6], labels: [0, 1, 0] },
    { tokens: [7], labels: [2] },
  ];
  expect(labelledBatch(sequences, { perToken: true, padId: 9 })).toEqual({
    size: 2,
    length: 3,
    tokens: Int32Array.of(4, 5, 6, 7, 9, 9),
    lengths: Int32Array.of(3, 1),
    labels: Int32Array.of(0, 1, 0, 2, NO_LABEL, NO_LABEL),
  });
});

it('gives a sequence one label', () => {
  const sequences = [
    { tokens: [4, 5], labels: [1] },
    { tokens: [6], labels: [0] },
  ];
  const { labels, tokens } = labelledBatch(sequences, { perToken: false });
  expect([labels, tokens]).toEqual([Int32Array.of(1, 0), Int32Array.of(4, 5, 6, 0)]);
});

it.each([
  ['no sequence', [], true],
  ['an empty sequence', [{ tokens: [], labels: [] }], true],
  ['a token without a label', [{ tokens: [4, 5], labels: [1] }], true],
  ['a sequence with two labels', [{ tokens: [4, 5], labels: [1, 0] }], false],
])('refuses %s', (_, sequences, perToken) => {
  expect(() => labelledBatch(sequences, { perToken })).toThrow(InputError);
});
