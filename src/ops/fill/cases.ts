/** Cases of fills and scaling. */
import { type Case, EPSILON } from '../../graph/cases';
import { add } from '../binary/op';
import { fill, scale, zerosLike } from './op';

const tolerance = { relative: 4 * EPSILON, because: 'two roundings' };

export const cases: readonly Case[] = [
  { name: 'a fill alone', inputs: [], build: () => fill([3, 5], 0.1), tolerance },
  { name: 'a whole fill', inputs: [], build: () => fill([7], -3, 'i32'), tolerance },
  {
    name: 'the least whole number',
    inputs: [],
    build: () => fill([7], -(2 ** 31), 'i32'),
    tolerance,
  },
  { name: 'flags', inputs: [], build: () => fill([7], 1, 'bool'), tolerance },
  {
    name: 'a fill added',
    inputs: [{ shape: [3, 5] }],
    build: (x) => add(x, fill([5], 2)),
    tolerance,
  },
  {
    name: 'zeros like',
    inputs: [{ shape: [3, 5] }],
    build: (x) => add(x, zerosLike(x)),
    tolerance,
  },
  {
    name: 'scale and offset',
    inputs: [{ shape: [3, 5] }],
    build: (x) => scale(x, -1.7, 0.3),
    tolerance,
  },
  {
    name: 'scale by a whole number',
    inputs: [{ shape: [9] }],
    build: (x) => scale(x, 3),
    tolerance,
  },
  {
    name: 'whole numbers moved on',
    inputs: [{ shape: [9], dtype: 'i32', fill: { kind: 'uniform', low: -5, high: 5 } }],
    build: (x) => scale(x, 1, 1),
    tolerance,
  },
];
