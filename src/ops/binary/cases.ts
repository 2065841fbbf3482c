/** Cases of the binary operations. */
import { type Case, type CaseInput, EPSILON } from '../../graph/cases';
import type { Tensor } from '../../graph/op';
import { add, div, maximum, minimum, mul, sub } from './op';
import { powerCases } from './powerCases';
import { remainderCases } from './remainderCases';

const exact = { relative: 2 * EPSILON, because: 'one rounding of one operation' };
/** WGSL allows division an error of 2.5 ULP. */
const division = { relative: 5 * EPSILON, because: 'WGSL: x / y is within 2.5 ULP' };
/** Summing the gradient of a broadcast operand rounds once a term. */
const summed = { relative: 64 * EPSILON, because: 'f32 sums of up to 60 broadcast terms' };

const away: CaseInput['fill'] = { kind: 'uniform', low: 0.5, high: 3 };

type Build = (a: Tensor, b: Tensor) => Tensor;

function variants(
  name: string,
  build: Build,
  tolerance: Case['tolerance'],
  second?: CaseInput,
): readonly Case[] {
  const make = (what: string, a: CaseInput, b: CaseInput): Case => ({
    name: `${name} ${what}`,
    inputs: [a, { ...b, ...(second?.fill ? { fill: second.fill } : {}) }],
    build,
    tolerance,
    gradientTolerance: summed,
  });
  return [
    make('of one shape', { shape: [3, 7] }, { shape: [3, 7] }),
    make('with a row', { shape: [4, 5, 3] }, { shape: [3] }),
    make('with a column', { shape: [4, 5, 3] }, { shape: [5, 1] }),
    make('with the first axis', { shape: [4, 5, 3] }, { shape: [4, 1, 1] }),
    make('both broadcast', { shape: [4, 1, 3] }, { shape: [5, 1] }),
    make('with a scalar', { shape: [1] }, { shape: [] }),
    {
      ...make('large', { shape: [65], fill: { kind: 'outliers', size: 1e18 } }, { shape: [65] }),
      differences: false,
    },
    make('of no elements', { shape: [0, 3] }, { shape: [3] }),
  ];
}

export const cases: readonly Case[] = [
  ...variants('add', add, exact),
  ...variants('sub', sub, exact),
  ...variants('mul', mul, exact),
  ...variants('div', div, division, { shape: [], fill: away }),
  {
    name: 'div of whole numbers, also by 0',
    inputs: [-7, 2].map((at) => ({
      shape: [17, 3],
      dtype: 'i32' as const,
      fill: { kind: 'uniform' as const, low: at, high: at < 0 ? 8 : -3 },
    })),
    build: div,
    tolerance: { relative: 0, because: 'whole numbers' },
  },
  ...variants('maximum', maximum, exact),
  ...variants('minimum', minimum, exact),
  ...powerCases,
  ...remainderCases,
];
