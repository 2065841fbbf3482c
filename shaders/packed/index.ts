/** The variants of products with packed matrices, and which one suits which shape on which device. */
import type { Epilogue } from '../lib/epilogue';
import type { Kernel } from '../lib/kernel';
import { hasFewResults } from '../matmul';
import { type Arithmetic, type Packing, packetWeights } from './format';
import { packedNaive } from './naive.wgsl';
import { packedRegisters } from './registers.wgsl';
import { packedShared } from './shared.wgsl';
import type { PackedSpec, PackedTeam } from './spec';

/** Rows of x, columns of the result and inner size. */
export interface PackedShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** What matters of the device. */
export interface PackedTarget {
  readonly software: boolean;
  /** Whether shaders can compute in f16. */
  readonly shaderF16: boolean;
}

/** A kernel of products with stored matrices, and when it may be chosen. */
export interface PackedVariant {
  readonly name: string;
  readonly arithmetic: Arithmetic;
  readonly kernel: Kernel<PackedSpec>;
  /** Whether it is worth measuring for so many rows. */
  suits(m: number): boolean;
  /** @param size those of the matrix: n columns of the result, k inner size */
  spec(how: Packing, size: Pick<PackedShape, 'n' | 'k'>, epilogue: Epilogue): PackedSpec;
  /** Workgroups for actual sizes. */
  grid(shape: Pick<PackedShape, 'm' | 'n'>): readonly [number, number, number];
}

/** Most rows for which threads share K. */
const FEW_ROWS = 8;

type Tile = readonly [rows: number, columns: number];

function variant(
  name: string,
  kernel: Kernel<PackedSpec>,
  team: PackedTeam,
  [tileM, tileN]: Tile,
): PackedVariant {
  return {
    name: `${name} ${tileM}x${tileN}`,
    arithmetic: 'f32',
    kernel,
    suits: (m) => (m > FEW_ROWS ? team.slices === 1 && tileM > 1 : tileM <= 2 * m),
    spec: (packing, { n, k }, epilogue) => ({
      packing,
      team,
      tileM,
      tileN,
      epilogue,
      transposeA: false,
      transposeB: true,
      aligned: { m: false, n: n % 4 === 0, k: k % 4 === 0 },
      whole: k % packetWeights(packing) === 0,
    }),
    grid: ({ m, n }) => [
      Math.ceil(n / (team.columns * tileN)),
      Math.ceil(m / (team.rows * tileM)),
      1,
    ],
  };
}

const THREADS = 64;

/** Each thread computes a tile of its own. */
const tile = (size: Tile) =>
  variant('tile', packedRegisters, { columns: 16, rows: THREADS / 16, slices: 1 }, size);

/** So many threads share K. */
const slices = (count: number, size: Tile) =>
  variant(
    `${count} slices`,
    packedRegisters,
    { columns: THREADS / count, rows: 1, slices: count },
    size,
  );

const SHARED = { padded: false, element: 'f32' } as const;

/** Through workgroup memory: small and large workgroups, and small ones whose threads share K. */
const DESIGNS = {
  shared: { ...SHARED, side: 8, depth: 16, slices: 1 },
  'shared wide': { ...SHARED, side: 16, depth: 16, slices: 1 },
  'shared split': { ...SHARED, side: 8, depth: 8, slices: 4 },
} as const;

function shared(kind: keyof typeof DESIGNS, arithmetic: Arithmetic = 'f32'): PackedVariant {
  const design = { ...DESIGNS[kind], element: arithmetic };
  const { side } = design;
  const name = arithmetic === 'f16' ? `${kind} f16` : kind;
  const team = { columns: side, rows: side, slices: 1 };
  const suits = (m: number) => m > FEW_ROWS;
  return { ...variant(name, packedShared(design), team, [4, 4]), arithmetic, suits };
}

const naive = {
  ...variant('naive', packedNaive, { columns: 8, rows: 8, slices: 1 }, [1, 1]),
  suits: () => true,
};

/** Threads that share K. */
const SLICES = [4, 16] as const;

/** Every variant; tests and tuning go through them all. Each is right for every size and format. */
export const packedVariants: readonly PackedVariant[] = [
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

function named(name: string): PackedVariant {
  const found = packedVariants.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no variant '${name}' of a packed product`);
  return found;
}

/** Suitable ones by number of rows, the largest tile first. */
function suitable(
  { m, n, k }: PackedShape,
  { software, shaderF16 }: PackedTarget,
  how: Packing,
  arithmetic: Arithmetic,
): readonly string[] {
  if (software) return m <= 2 ? ['tile 1x2'] : ['tile 4x4', 'tile 2x4'];
  if (m > FEW_ROWS) {
    if (arithmetic === 'f16' && shaderF16) return ['shared wide f16 4x4', 'shared f16 4x4'];
    return [
      'shared wide 4x4',
      hasFewResults({ m, n, k, batch: 1 }) ? 'shared split 4x4' : 'shared 4x4',
    ];
  }
  // Threads that share a row all have a packet of it.
  const packets = Math.ceil(k / packetWeights(how));
  const count = SLICES.findLast((n) => n <= packets) ?? SLICES[0];
  return [4, 1].map((columns) => `${count} slices ${m === 1 ? 1 : 4}x${columns}`);
}

/** Workgroups that keep a device busy: some cores, or thousands of lanes. */
const ENOUGH = { software: 8, hardware: 128 } as const;

/** The variant for a shape without measuring: the largest tile of which there are enough. */
function choosePacked(
  shape: PackedShape,
  target: PackedTarget,
  how: Packing,
  arithmetic: Arithmetic,
): PackedVariant {
  const enough = target.software ? ENOUGH.software : ENOUGH.hardware;
  const found = suitable(shape, target, how, arithmetic).map(named);
  const busy = found.find((candidate) => {
    const [x, y] = candidate.grid(shape);
    return x * y >= enough;
  });
  return busy ?? found.at(-1) ?? naive;
}

/**
 * What is worth measuring, the untuned choice first.
 * @param shape upper bounds of symbolic sizes  @param arithmetic f16 where the device has it
 */
export function packedCandidates(
  shape: PackedShape,
  target: PackedTarget,
  how: Packing,
  arithmetic: Arithmetic,
): readonly PackedVariant[] {
  const first = choosePacked(shape, target, how, arithmetic);
  const others = packedVariants.filter(
    (candidate) =>
      candidate !== first &&
      (candidate.arithmetic === 'f32' || (arithmetic === 'f16' && target.shaderF16)) &&
      candidate.suits(shape.m),
  );
  return [first, ...others];
}
