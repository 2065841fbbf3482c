/** The matmul variants, and which one suits which shape on which device. */
import type { Kernel } from '../lib/kernel';
import { matmulNaive } from './naive.wgsl';
import type { MatmulShape, MatmulSpec } from './spec';
import { matmulSubgroup, subgroupColumns } from './subgroup.wgsl';
import { matmulTile, TILE_WORKGROUP } from './tile.wgsl';

export type { MatmulShape, MatmulSpec } from './spec';

/** What a product is specialised on, beside a variant's tile. */
export type MatmulLayout = Pick<MatmulSpec, 'transposeA' | 'transposeB' | 'aligned'>;

/** What matters of the device. */
export interface MatmulTarget {
  readonly subgroups: boolean;
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  readonly software: boolean;
}

export interface MatmulVariant {
  readonly name: string;
  readonly kernel: Kernel<MatmulSpec>;
  readonly tileM: number;
  readonly tileN: number;
  /** Workgroups for actual sizes. */
  grid(shape: MatmulShape): readonly [number, number, number];
  /** Whether it is right for a layout, sizes (upper bounds, but n is exact) and device. */
  usable(layout: MatmulLayout, shape: MatmulShape, target: MatmulTarget): boolean;
}

const ceil = Math.ceil;

const naive: MatmulVariant = {
  name: 'naive',
  kernel: matmulNaive,
  tileM: 1,
  tileN: 1,
  grid: ({ m, n, batch }) => [ceil(n / 8), ceil(m / 8), batch],
  usable: () => true,
};

function tile(tileM: number, tileN: number): MatmulVariant {
  const { x, y } = TILE_WORKGROUP;
  return {
    name: `tile ${tileM}x${tileN}`,
    kernel: matmulTile,
    tileM,
    tileN,
    grid: ({ m, n, batch }) => [ceil(n / (x * tileN)), ceil(m / (y * tileM)), batch],
    usable: () => true,
  };
}

function subgroup(tileM: number, tileN: number): MatmulVariant {
  return {
    name: `subgroup ${tileM}x${tileN}`,
    kernel: matmulSubgroup,
    tileM,
    tileN,
    grid: ({ m, n, batch }) => [ceil(n / subgroupColumns(tileN)), ceil(m / tileM), batch],
    usable: ({ transposeA, transposeB, aligned }, { n }, target) =>
      target.subgroups &&
      target.subgroupMinSize === 4 &&
      target.subgroupMaxSize === 4 &&
      n >= tileN &&
      (transposeB ? aligned.k && !transposeA : aligned.n),
  };
}

/** Every variant; tests and tuning go through them all. */
export const matmulVariants: readonly MatmulVariant[] = [
  naive,
  tile(1, 2),
  tile(2, 4),
  tile(4, 4),
  subgroup(4, 8),
  subgroup(8, 8),
  subgroup(16, 8),
  subgroup(16, 16),
  subgroup(32, 8),
];

function named(name: string): MatmulVariant {
  const variant = matmulVariants.find((candidate) => candidate.name === name);
  if (variant === undefined) throw new Error(`no matmul variant '${name}'`);
  return variant;
}

/**
 * The variant for a shape: large tiles where there are enough of them to go round.
 * @param shape upper bounds of symbolic sizes
 */
export function chooseMatmul(
  shape: MatmulShape,
  layout: MatmulLayout,
  target: MatmulTarget,
): MatmulVariant {
  const { m, n, batch } = shape;
  if (m * batch <= 2) return named('tile 1x2');
  const preferred = target.software
    ? ['subgroup 16x16', 'subgroup 16x8', 'subgroup 8x8', 'subgroup 4x8']
    : ['tile 4x4', 'tile 2x4'];
  const enough = target.software ? 8 : 64;
  for (const name of preferred) {
    const variant = named(name);
    const [x, y, z] = variant.grid({ ...shape, m, n, batch });
    if (x * y * z >= enough && variant.usable(layout, shape, target)) return variant;
  }
  const last = preferred.map(named).findLast((v) => v.usable(layout, shape, target));
  return last ?? (m <= 4 ? named('tile 2x4') : named('tile 4x4'));
}
