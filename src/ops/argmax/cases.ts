/** Cases of argmax and top-k: ties, one value, long rows, all values at the minimum. */
import type { Case, CaseInput } from '../../graph/cases';
import { add } from '../binary/op';
import { fill } from '../fill/op';
import { argmax } from './op';
import { topK } from './topK';

const exact = { relative: 0, because: 'values and indices are copied, never computed' };

const values = (...list: readonly number[]) => ({ kind: 'values', values: list }) as const;

const argmaxCase = (name: string, shape: readonly number[], fills?: CaseInput['fill']): Case => ({
  name: `argmax, ${name}`,
  inputs: [{ shape, differentiable: false, ...(fills ? { fill: fills } : {}) }],
  build: (x) => argmax(x),
  tolerance: exact,
});

const topKCase = (
  name: string,
  shape: readonly number[],
  k: number,
  fills?: CaseInput['fill'],
): Case => ({
  name: `top ${k}, ${name}`,
  inputs: [{ shape, ...(fills ? { fill: fills } : {}) }],
  build: (x) => {
    const best = topK(x, { k });
    return [best.values, best.indices];
  },
  tolerance: exact,
});

export const cases: readonly Case[] = [
  argmaxCase('one value', [3, 1]),
  argmaxCase('rank 1', [10]),
  argmaxCase('odd', [5, 13]),
  argmaxCase('three axes', [2, 3, 8]),
  argmaxCase('no rows', [0, 8]),
  argmaxCase('many rows', [130, 20]),
  argmaxCase('a vocabulary', [1, 4096]),
  argmaxCase('a long odd row', [2, 2845], { kind: 'outliers', size: 100 }),
  argmaxCase('ties', [4, 23], values(1, 3, 2, 3, 3, 0)),
  argmaxCase('equal values', [2, 9], values(5)),
  argmaxCase('negative values', [3, 7], values(-9, -8, -7, -8)),
  argmaxCase('all at the finite minimum', [2, 12], values(-3.4028234663852886e38)),
  argmaxCase('the maximum last', [2, 64], values(...Array.from({ length: 64 }, (_, i) => i))),
  {
    ...argmaxCase('with an epilogue', [4, 9]),
    build: (x) => {
      const best = argmax(x);
      return add(best, fill(best.shape, 3, 'i32'));
    },
  },
  topKCase('one value', [3, 1], 1),
  topKCase('odd', [5, 13], 3),
  topKCase('a whole row', [2, 6], 6),
  topKCase('three axes', [2, 3, 10], 4),
  topKCase('a vocabulary', [4, 4096], 10),
  topKCase('many of a row', [2, 300], 64),
  topKCase('long odd rows', [3, 2845], 16, { kind: 'outliers', size: 100 }),
  {
    ...topKCase('ties over all blocks', [3, 700], 64, values(1, 3, 2, 3, 3, 0)),
    differences: false,
  },
  {
    ...topKCase(
      'mostly hidden',
      [2, 40],
      40,
      values(0, 1, ...Array(18).fill(-3.4028234663852886e38)),
    ),
    differences: false,
  },
  {
    ...topKCase('large values', [3, 20], 5, { kind: 'uniform', low: -1e38, high: 1e38 }),
    differences: false,
  },
  { ...topKCase('ties', [3, 11], 5, values(1, 3, 2, 3, 3, 0)), differences: false },
  {
    ...topKCase('all at the finite minimum', [2, 80], 33, values(-3.4028234663852886e38)),
    differences: false,
  },
  topKCase('just more than is selected', [3, 70], 65),
  topKCase('all of a row that is too long to be selected', [2, 65], 65),
  topKCase('long rows', [2, 3, 300], 200),
  topKCase('a long row', [1, 4500], 100, { kind: 'outliers', size: 100 }),
  { ...topKCase('ties', [3, 200], 150, values(1, 3, 2, 3, 3, 0)), differences: false },
  {
    ...topKCase('all at the finite minimum', [2, 80], 80, values(-3.4028234663852886e38)),
    differences: false,
  },
  {
    name: 'top 100, indices alone',
    inputs: [{ shape: [3, 130], differentiable: false }],
    build: (x) => topK(x, { k: 100 }).indices,
    tolerance: exact,
  },
  {
    name: 'top 4, indices alone',
    inputs: [{ shape: [3, 17], differentiable: false }],
    build: (x) => topK(x, { k: 4 }).indices,
    tolerance: exact,
  },
  {
    name: 'top 4, values alone',
    inputs: [{ shape: [3, 17] }],
    build: (x) => topK(x, { k: 4 }).values,
    tolerance: exact,
  },
];
