/** The variants of products with packed matrices, and which one suits which shape on which device. */
import type { Epilogue } from '../lib/epilogue';
import type { Kernel } from '../lib/kernel';
import { SHARED_WORKGROUP } from '../matmul/shared.wgsl';
import { type Packing, packetWeights } from './format';
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

export interface PackedVariant {
  readonly name: string;
  readonly kernel: Kernel<PackedSpec>;
  /** @param n columns of the result, k inner size: those of the matrix */
  spec(how: Packing, size: Pick<PackedShape, 'n' | 'k'>, epilogue: Epilogue): PackedSpec;
  /** Workgroups for actual sizes. */
  grid(shape: Pick<PackedShape, 'm' | 'n'>): readonly [number, number, number];
}

type Tile = readonly [rows: number, columns: number];

function variant(
  name: string,
  kernel: Kernel<PackedSpec>,
  team: PackedTeam,
  [tileM, tileN]: Tile,
): PackedVariant {
  return {
    name: `${name} ${tileM}x${tileN}`,
    kernel,
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

const SQUARE = { columns: SHARED_WORKGROUP, rows: SHARED_WORKGROUP, slices: 1 };

const shared = (size: Tile) => variant('shared', packedShared, SQUARE, size);

const naive = variant('naive', packedNaive, SQUARE, [1, 1]);

/** Threads that share K. */
const SLICES = [4, 16] as const;

/** Every variant; tests and tuning go through them all. Each is right for every size and format. */
export const packedVariants: readonly PackedVariant[] = [
  naive,
  tile([1, 2]),
  tile([2, 4]),
  tile([4, 4]),
  shared([4, 4]),
  shared([8, 8]),
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

/** Candidates by number of rows, the largest tile first. */
function candidates({ m, k }: PackedShape, software: boolean, how: Packing): readonly string[] {
  if (software) return m <= 2 ? ['tile 1x2'] : ['tile 4x4', 'tile 2x4'];
  if (m > 8) return ['shared 8x8', 'shared 4x4', 'tile 4x4', 'tile 2x4'];
  // Threads that share a row all have a packet of it.
  const packets = Math.ceil(k / packetWeights(how));
  const count = SLICES.findLast((n) => n <= packets) ?? SLICES[0];
  return [4, 1].map((columns) => `${count} slices ${m === 1 ? 1 : 4}x${columns}`);
}

/** Workgroups that keep a device busy: two cores, or thousands of lanes. */
const ENOUGH = { software: 8, hardware: 64 } as const;

/**
 * The variant for a shape without measuring: the largest tile of which there are enough to go round.
 * @param shape upper bounds of symbolic sizes
 */
export function choosePacked(
  shape: PackedShape,
  target: { readonly software: boolean },
  how: Packing,
): PackedVariant {
  const enough = target.software ? ENOUGH.software : ENOUGH.hardware;
  const found = candidates(shape, target.software, how).map(named);
  const busy = found.find((candidate) => {
    const [x, y] = candidate.grid(shape);
    return x * y >= enough;
  });
  return busy ?? found.at(-1) ?? naive;
}
