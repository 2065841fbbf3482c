/** The matmul variants that are chosen without measuring, and which of them suits which shape on which device. */
import type { Epilogue } from '../lib/epilogue';
import type { Kernel } from '../lib/kernel';
import type { StartupTarget } from '../lib/startup';
import { type DotsDesign, fitsDots, matmulDots } from './dots.wgsl';
import { matmulPlain, PLAIN_WORKGROUP } from './plain.wgsl';
import type { MatmulShape, MatmulSpec } from './spec';

export type { BatchSpan, MatmulShape, MatmulSpec } from './spec';

/** What a product is specialised on, beside a variant's tile and the epilogue. */
export type MatmulLayout = Pick<MatmulSpec, 'transposeA' | 'transposeB' | 'aligned' | 'spans'>;

/** What matters of the device. */
export interface MatmulTarget extends StartupTarget {
  /** Of the machine; workgroups of a software adapter are shared out among them. */
  readonly cores: number;
  readonly subgroups: boolean;
  readonly subgroupMinSize: number;
  readonly subgroupMaxSize: number;
  /** Bytes that a workgroup may have. */
  readonly workgroupMemory: number;
}

/** A kernel of matrix products, and when it may be chosen. */
export interface MatmulVariant {
  readonly name: string;
  readonly kernel: Kernel<MatmulSpec>;
  /** Rows and columns of the result that one invocation computes. */
  readonly tileM: number;
  readonly tileN: number;
  /** The specialisation for a layout and epilogue. */
  spec(layout: MatmulLayout, epilogue: Epilogue): MatmulSpec;
  /** Workgroups for actual sizes. */
  grid(shape: MatmulShape, target: MatmulTarget): readonly [number, number, number];
}

/** Results too few to go round the lanes of a GPU, of sums long enough to be divided. */
export function hasFewResults({ m, n, k, batch }: MatmulShape): boolean {
  return m * n * batch <= 2 ** 17 && k >= 128;
}

/** @param columns invocations of a workgroup along columns  @param rows and along rows */
/*@__NO_SIDE_EFFECTS__*/
export function variant(
  family: string,
  kernel: Kernel<MatmulSpec>,
  [columns, rows]: readonly [number, number],
  [tileM, tileN]: Tile,
  kind = '',
): MatmulVariant {
  return {
    name: `${family} ${tileM}x${tileN}${kind}`,
    kernel,
    tileM,
    tileN,
    spec: (layout, epilogue) => ({ ...layout, epilogue, tileM, tileN }),
    grid: ({ m, n, batch }) => [
      Math.ceil(n / (columns * tileN)),
      Math.ceil(m / (rows * tileM)),
      batch,
    ],
  };
}

/** Rows and columns of the result that an invocation computes. */
export type Tile = readonly [rows: number, columns: number];

/*@__NO_SIDE_EFFECTS__*/
function dotsOf(family: string, design: DotsDesign): (size: Tile) => MatmulVariant {
  const kernel = matmulDots(design);
  return (size) => variant(family, kernel, [design.columns, design.rows], size);
}

/** For layouts that `fitsDots` allows: tiles of an invocation, and rows whose k eight of them share. */
export const dots = dotsOf('dots', { columns: 16, rows: 4, slices: 1 });
export const slices = dotsOf('slices', { columns: 8, rows: 1, slices: 8 });

/*@__NO_SIDE_EFFECTS__*/
export const plain = (size: Tile) =>
  variant('plain', matmulPlain, [PLAIN_WORKGROUP, PLAIN_WORKGROUP], size);

/** The variants that are chosen without measuring. */
const PLAIN_2X4 = plain([2, 4]);
const DOTS_1X2 = dots([1, 2]);
const DOTS_2X4 = dots([2, 4]);
const DOTS_4X4 = dots([4, 4]);
const SLICES_1X1 = slices([1, 1]);
const SLICES_1X4 = slices([1, 4]);
const SLICES_4X1 = slices([4, 1]);
const SLICES_4X4 = slices([4, 4]);

/** Workgroups that keep the thousands of lanes of a GPU busy: an H200 has 132 processors. */
const ENOUGH = 128;

/** Columns of one row from which a lane of a GPU may take four. */
const MANY_COLUMNS = 4096;

/** Multiply-adds that take 50 ms on SwiftShader by the kernel that compiles soonest, half by a tile. */
export const BRIEF_PRODUCTS = 2 ** 25;

/** Variants by number of rows, the largest tile first. */
function preferences(
  shape: MatmulShape,
  layout: MatmulLayout,
  target: MatmulTarget,
): readonly MatmulVariant[] {
  const { m, n, k, batch } = shape;
  // Few rows are of decoding, which repeats them every token.
  const isBrief = m > 2 && m * n * k * batch < BRIEF_PRODUCTS;
  const isQuick = target.software && target.startup === 'quick' && isBrief;
  if (isQuick || !fitsDots(layout)) return [PLAIN_2X4];
  if (target.software) return m * batch <= 2 ? [DOTS_1X2] : [DOTS_4X4, DOTS_2X4];
  if (m <= 1) return [n >= MANY_COLUMNS ? SLICES_1X4 : SLICES_1X1];
  return m <= 8 ? [SLICES_4X4, SLICES_4X1] : [DOTS_4X4, DOTS_2X4];
}

/** The first of which there are enough tiles to go round, or the last; undefined of none. */
export function firstBusy<T extends MatmulVariant>(
  found: readonly T[],
  shape: MatmulShape,
  target: MatmulTarget,
): T | undefined {
  const enough = target.software ? target.cores : ENOUGH;
  const busy = found.find((candidate) => {
    const [x, y, z] = candidate.grid(shape, target);
    return x * y * z >= enough;
  });
  return busy ?? found.at(-1);
}

/** The variant without measuring: the largest tile of which there are enough to go round. */
export function chooseMatmul(
  shape: MatmulShape,
  layout: MatmulLayout,
  target: MatmulTarget,
): MatmulVariant {
  return firstBusy(preferences(shape, layout, target), shape, target) ?? PLAIN_2X4;
}
