/** All variants of products with quantised matrices, and what each is good for. */
import type { Epilogue } from '../../../shaders/lib/epilogue';
import type { Kernel } from '../../../shaders/lib/kernel';
import { type QuantisationScheme, weightsPerPacket } from '../../../shaders/quantised/format';
import { quantisedNaive } from '../../../shaders/quantised/naive.wgsl';
import { quantisedRegisters } from '../../../shaders/quantised/registers.wgsl';
import { quantisedShared } from '../../../shaders/quantised/shared.wgsl';
import type { QuantisedSpec, QuantisedTeam } from '../../../shaders/quantised/spec';
import { type Dim, isMultipleOf } from '../../core/dim';
import { FEW_ROWS, type Tile } from '../variants';
import type { Arithmetic } from './attrs';

/** Rows of x, columns of the result and inner size. */
export interface QuantisedShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** A kernel for products with quantised matrices, and when it may be chosen. */
export interface QuantisedVariant {
  readonly name: string;
  readonly arithmetic: Arithmetic;
  readonly kernel: Kernel<QuantisedSpec>;
  /** Whether it is worth measuring for this number of rows. */
  suits(m: number): boolean;
  /** @param size of the matrix: n columns of the result, k inner size */
  spec(
    scheme: QuantisationScheme,
    size: { readonly n: Dim; readonly k: number },
    epilogue: Epilogue,
  ): QuantisedSpec;
  /** Workgroups for actual sizes. */
  grid(shape: Pick<QuantisedShape, 'm' | 'n'>): readonly [number, number, number];
}

function variant(
  name: string,
  kernel: Kernel<QuantisedSpec>,
  team: QuantisedTeam,
  [tileM, tileN]: Tile,
): QuantisedVariant {
  return {
    name: `${name} ${tileM}x${tileN}`,
    arithmetic: 'f32',
    kernel,
    suits: (m) => (m > FEW_ROWS ? team.slices === 1 && tileM > 1 : tileM <= 2 * m),
    spec: (scheme, { n, k }, epilogue) => ({
      scheme,
      team,
      tileM,
      tileN,
      epilogue,
      transposeA: false,
      transposeB: true,
      aligned: { m: false, n: isMultipleOf(n, 4), k: k % 4 === 0 },
      whole: k % weightsPerPacket(scheme) === 0,
    }),
    grid: ({ m, n }) => [
      Math.ceil(n / (team.columns * tileN)),
      Math.ceil(m / (team.rows * tileM)),
      1,
    ],
  };
}

const THREADS = 64;

/** Each thread computes its own tile. */
const tile = (size: Tile) =>
  variant('tile', quantisedRegisters, { columns: 16, rows: THREADS / 16, slices: 1 }, size);

/** `count` threads share the inner dimension K of a tile. */
const slices = (count: number, size: Tile) =>
  variant(
    `${count} slices`,
    quantisedRegisters,
    { columns: THREADS / count, rows: 1, slices: count },
    size,
  );

const SHARED = { padded: false, element: 'f32' } as const;

/**
 * Variants through workgroup memory: with small workgroups, large ones, and small ones whose threads share K.
 */
const DESIGNS = {
  shared: { ...SHARED, side: 8, depth: 16, slices: 1 },
  'shared wide': { ...SHARED, side: 16, depth: 16, slices: 1 },
  'shared split': { ...SHARED, side: 8, depth: 8, slices: 4 },
} as const;

function shared(kind: keyof typeof DESIGNS, arithmetic: Arithmetic = 'f32'): QuantisedVariant {
  const design = { ...DESIGNS[kind], element: arithmetic };
  const { side } = design;
  const name = arithmetic === 'f16' ? `${kind} f16` : kind;
  const team = { columns: side, rows: side, slices: 1 };
  const suits = (m: number) => m > FEW_ROWS;
  return { ...variant(name, quantisedShared(design), team, [4, 4]), arithmetic, suits };
}

export const naive = {
  ...variant('naive', quantisedNaive, { columns: 8, rows: 8, slices: 1 }, [1, 1]),
  suits: () => true,
};

/** Numbers of threads that share K. */
export const SLICES = [4, 16] as const;

/** All variants; tests and tuning go through them. Each is right for all sizes and formats. */
export const quantisedVariants: readonly QuantisedVariant[] = [
  naive,
  tile([1, 2]),
  tile([2, 4]),
  tile([4, 4]),
  shared('shared'),
  shared('shared wide'),
  shared('shared split'),
  shared('shared', 'f16'),
  shared('shared wide', 'f16'),
  ...SLICES.flatMap((count) => [
    slices(count, [1, 1]),
    slices(count, [1, 4]),
    slices(count, [4, 1]),
    slices(count, [4, 4]),
  ]),
];
