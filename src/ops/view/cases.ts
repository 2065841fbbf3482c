/** Cases of views: exact, no copies. */
import type { Case } from '../../graph/cases';
import { scale } from '../fill/op';
import { reshape, view } from './op';

const tolerance = { relative: 1e-7, because: 'one product' };

export const cases: readonly Case[] = [
  {
    name: 'reshape',
    inputs: [{ shape: [3, 4] }],
    build: (x) => scale(reshape(x, [2, 6]), 3),
    tolerance,
  },
  {
    name: 'reshape with -1',
    inputs: [{ shape: [3, 4] }],
    build: (x) => scale(reshape(x, [-1, 2]), 3),
    tolerance,
  },
  {
    name: 'a result that is a view',
    inputs: [{ shape: [3, 4] }],
    build: (x) => reshape(x, [12]),
    tolerance,
  },
  {
    name: 'part of an arena',
    inputs: [{ shape: [256] }],
    build: (x) => scale(view(x, [5, 7], 64), 2),
    tolerance,
  },
  {
    name: 'two parts of an arena',
    inputs: [{ shape: [256] }],
    build: (x) => [view(x, [10], 0), view(x, [10], 128)],
    tolerance,
  },
  {
    name: 'part of a part',
    inputs: [{ shape: [256] }],
    build: (x) => scale(view(view(x, [128], 128), [3], 64), 2),
    tolerance,
  },
];
