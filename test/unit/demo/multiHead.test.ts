/** The output of multi-head attention as a sum of parts. */
import { expect, it } from 'vitest';
import { meanNorms, wordOutput } from '../../../demo/views/road/multiHead/output';

/** Two heads of two numbers each, and W_O with its columns side by side. */
const PROJECTION = {
  weight: [
    [1, 0, 2, 0],
    [0, 1, 0, 2],
    [1, 1, 0, 0],
    [0, 0, 1, -1],
  ],
  bias: [10, 20, 30, 40],
};
const HEADS = [
  [1, 2],
  [3, 4],
];

it('a head that is off takes its part out of the sum, and nothing else', () => {
  const whole = wordOutput(HEADS, PROJECTION);
  expect(whole.parts).toEqual([
    [1, 2, 3, 0],
    [6, 8, 0, -1],
  ]);
  expect(whole.output).toEqual([17, 30, 33, 39]);
  const without = wordOutput(HEADS, PROJECTION, new Set([1]));
  expect(without.parts[1]).toEqual([0, 0, 0, 0]);
  expect(without.output).toEqual([11, 22, 33, 40]);
});

it('lengths of parts are means over the words', () => {
  const twoWords = [
    [
      [1, 0],
      [0, 0],
    ],
    [
      [0, 0],
      [1, 0],
    ],
  ];
  const [first, second] = meanNorms(twoWords, PROJECTION);
  expect(first).toBeCloseTo(Math.sqrt(2) / 2, 12);
  expect(second).toBeCloseTo(Math.sqrt(5) / 2, 12);
});
