/** Cases of copies. */
import type { Case } from '../../graph/cases';
import { copy } from './op';

const tolerance = { relative: 1e-7, because: 'exact; one product with the weight of the loss' };

export const cases: readonly Case[] = [
  { name: 'f32', inputs: [{ shape: [3, 7] }], build: (x) => copy(x), tolerance },
  {
    name: 'whole numbers',
    inputs: [{ shape: [5], dtype: 'i32', fill: { kind: 'uniform', low: -9, high: 9 } }],
    build: (x) => copy(x),
    tolerance,
  },
  { name: 'flags', inputs: [{ shape: [5], dtype: 'bool' }], build: (x) => copy(x), tolerance },
];
