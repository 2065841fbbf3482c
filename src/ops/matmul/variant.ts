/** A matmul variant: a kernel, its tile and its grid; and the variants that need no further kernels. */
import type { Epilogue } from '../../../shaders/lib/epilogue';
import type { Kernel } from '../../../shaders/lib/kernel';
import { type DotsDesign, matmulDots } from '../../../shaders/matmul/dots.wgsl';
import { matmulPlain, PLAIN_WORKGROUP } from '../../../shaders/matmul/plain.wgsl';
import type { MatmulSpec } from '../../../shaders/matmul/spec';
import type { Target } from '../../graph/target';
import type { Tile } from '../variants';

/** Sizes of a product; upper bounds where a variant is chosen, actual sizes where a grid is computed. */
export interface MatmulShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
}

/** What a product is specialised on, besides a variant's tile and the epilogue. */
export type MatmulLayout = Pick<MatmulSpec, 'transposeA' | 'transposeB' | 'aligned' | 'spans'>;

/** What the choice of a variant depends on of the device. */
export type MatmulTarget = Pick<
  Target,
  | 'software'
  | 'startup'
  | 'cores'
  | 'subgroups'
  | 'subgroupMinSize'
  | 'subgroupMaxSize'
  | 'workgroupMemory'
>;

/** A kernel for matrix products with the tile that it computes. */
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

/**
 * @param columns invocations of a workgroup along columns  @param rows and along rows
 * @param kind what tells variants of a family with the same tile apart
 */
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

/*@__NO_SIDE_EFFECTS__*/
function dotsOf(family: string, design: DotsDesign): (size: Tile) => MatmulVariant {
  const kernel = matmulDots(design);
  return (size) => variant(family, kernel, [design.columns, design.rows], size);
}

/** For layouts that `fitsDots` allows: a tile for each invocation, or for eight that split k. */
export const dots = dotsOf('dots', { columns: 16, rows: 4, slices: 1 });
export const slices = dotsOf('slices', { columns: 8, rows: 1, slices: 8 });

/*@__NO_SIDE_EFFECTS__*/
export const plain = (size: Tile) =>
  variant('plain', matmulPlain, [PLAIN_WORKGROUP, PLAIN_WORKGROUP], size);
