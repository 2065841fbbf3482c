/** Cases of packing: values computed in place, sources, one tensor twice. */
import type { Case } from '../../graph/cases';
import { scale } from '../fill/op';
import { matmul } from '../matmul/op';
import { view } from '../view/op';
import { pack } from './op';

const tolerance = { relative: 1e-6, because: 'short sums' };

export const cases: readonly Case[] = [
  {
    name: 'computed in place',
    inputs: [{ shape: [5, 6] }, { shape: [6, 7] }, { shape: [70] }],
    build: (a, b, c) => pack([matmul(a, b), scale(c, 2)], [0, 64], 192),
    tolerance,
  },
  {
    name: 'sources',
    inputs: [{ shape: [3] }, { shape: [4] }],
    build: (a, b) => pack([a, b], [0, 64], 128),
    tolerance,
  },
  {
    name: 'one tensor twice',
    inputs: [{ shape: [3] }],
    build: (a) => {
      const b = scale(a, 2);
      return pack([b, b], [0, 64], 128);
    },
    tolerance,
  },
  {
    name: 'a view of a pack',
    inputs: [{ shape: [70] }],
    build: (a) => view(pack([scale(a, 2)], [64], 192), [5], 64),
    tolerance,
  },
  {
    name: 'one source twice, beside what is computed from it',
    inputs: [{ shape: [9] }],
    build: (a) => pack([a, scale(a, 2), a], [0, 64, 128], 192),
    tolerance,
  },
  {
    name: 'a part that is read as well',
    inputs: [{ shape: [5, 6] }, { shape: [6, 7] }],
    build: (a, b) => {
      const product = matmul(a, b);
      return [pack([product, scale(product, 3)], [0, 64], 192), scale(product, -1)];
    },
    tolerance,
  },
];
