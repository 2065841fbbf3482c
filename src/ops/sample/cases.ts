/** Cases of sampling: the same noise as the reference's, nuclei of flat, peaked and tied rows. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import { addGumbel, nucleus } from './op';

const key = (value: number): CaseInput => ({
  shape: [1],
  dtype: 'i32',
  fill: { kind: 'values', values: [value] },
});

const gumbelCase = (name: string, shape: readonly number[], stream: number): Case => ({
  name: `Gumbel noise, ${name}`,
  inputs: [{ shape }, key(12345)],
  build: (x, k) => addGumbel(x, k, { stream }),
  tolerance: {
    relative: 256 * EPSILON,
    because: 'two logarithms, near 1 with an absolute error of 2^-21 as WGSL allows, and a sum',
  },
});

const exact = { relative: 0, because: 'a value of the row itself' };

/** Powers of two, so that sums are exact whatever their order. */
const nucleusCase = (
  name: string,
  shape: readonly number[],
  mass: number,
  list: readonly number[],
): Case => ({
  name: `nucleus, ${name}`,
  inputs: [{ shape, differentiable: false, fill: { kind: 'values', values: list } }],
  build: (p) => nucleus(p, mass),
  tolerance: exact,
});

export const cases: readonly Case[] = [
  gumbelCase('a vector', [70], 0),
  gumbelCase('rows', [5, 33], 7),
  gumbelCase('so many that some are near the largest', [300, 400], 3),
  nucleusCase('one value', [3, 1], 0.9, [1]),
  nucleusCase('falling', [2, 6], 0.8, [0.5, 0.25, 0.125, 0.0625, 0.03125, 0.03125]),
  nucleusCase('in any order', [2, 6], 0.8, [0.03125, 0.25, 0.0625, 0.5, 0.03125, 0.125]),
  nucleusCase('ties', [1, 8], 0.5, [0.125]),
  nucleusCase('all of it', [1, 5], 1, [0.5, 0.25, 0.125, 0.0625, 0.0625]),
  nucleusCase('little of it', [1, 5], 0.01, [0.5, 0.25, 0.125, 0.0625, 0.0625]),
  nucleusCase('a vocabulary', [3, 1024], 0.75, [2 ** -10]),
  nucleusCase('tiny tails', [2, 5], 0.999, [1, 0, 2 ** -40, 2 ** -60, 0]),
];
