/** Cases of clipping: values at the bounds, bounds left out, crossed and extreme. */
import type { Case, CaseInput } from '../../graph/cases';
import { add } from '../binary/op';
import { neg } from '../unary/op';
import { type ClipOptions, clip } from './op';

const tolerance = { relative: 0, because: 'exact' };
const wide: CaseInput = { shape: [3, 35], fill: { kind: 'normal', scale: 2 } };
const values = (...list: readonly number[]) => ({ kind: 'values', values: list }) as const;

const on = (what: string, options: ClipOptions, input: CaseInput = wide): Case => ({
  name: `clip ${what}`,
  inputs: [input],
  build: (x) => clip(x, options),
  tolerance,
});

const { POSITIVE_INFINITY: INFINITE } = Number;
const extremes = values(-(2 ** 31), 2 ** 31 - 1, 0, -1, 6, 5, -5);

export const cases: readonly Case[] = [
  on('both ways', { min: -1, max: 1.5 }),
  on('from below', { min: 0.1 }),
  on('from above', { max: -0.3 }),
  on('one value', { min: -1, max: 1 }, { shape: [1], fill: values(3) }),
  on('no elements', { min: -1, max: 1 }, { shape: [0, 4] }),
  {
    // The gradient at a bound is 1, where differences see half of it; 0.1 is no f32.
    ...on('at the bounds', { min: 0.1, max: 3 }, { shape: [6], fill: values(0.1, 3, 0, 4, 1, -1) }),
    differences: false,
  },
  on('with crossed bounds', { min: 2, max: -2 }),
  on(
    'infinities',
    { min: -1e30, max: 3e38 },
    { shape: [4], fill: values(INFINITE, -INFINITE, 0, 3.2e38), differentiable: false },
  ),
  on('whole numbers', { min: -5, max: 5 }, { shape: [7], dtype: 'i32', fill: extremes }),
  on(
    'whole numbers to their extremes',
    { min: -(2 ** 31), max: 2 ** 31 - 1 },
    { shape: [7], dtype: 'i32', fill: extremes },
  ),
  {
    ...on('between other operations', {}),
    build: (x) => add(x, neg(clip(neg(x), { min: -1, max: 0.5 }))),
    tolerance: { relative: 2 ** -24, because: 'one sum' },
  },
];
