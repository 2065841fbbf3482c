/** The matmul variant that is used without measuring where no further kernels were handed in. */
import { fitsDots } from '../../../shaders/matmul/dots.wgsl';
import { FEW_ROWS, firstFilling, GPU_WORKGROUPS } from '../variants';
import {
  dots,
  type MatmulLayout,
  type MatmulShape,
  type MatmulTarget,
  type MatmulVariant,
  plain,
  slices,
} from './variant';

const PLAIN_2X4 = plain([2, 4]);
const DOTS_1X2 = dots([1, 2]);
const DOTS_2X4 = dots([2, 4]);
const DOTS_4X4 = dots([4, 4]);
const SLICES_1X1 = slices([1, 1]);
const SLICES_1X4 = slices([1, 4]);
const SLICES_4X1 = slices([4, 1]);
const SLICES_4X4 = slices([4, 4]);

/** Columns of a single row from which a GPU invocation may take four. */
export const MANY_COLUMNS = 4096;

/** Multiply-adds that take 50 ms on SwiftShader by the kernel that compiles fastest, and half that by tiles. */
export const SMALL_PRODUCT = 2 ** 25;

/** Suitable variants by number of rows, the largest tile first. */
function preferences(
  shape: MatmulShape,
  layout: MatmulLayout,
  target: MatmulTarget,
): readonly MatmulVariant[] {
  const { m, n, k, batch } = shape;
  // Products of one or two rows belong to decoding, which repeats them for every token.
  const isSmall = m > 2 && m * n * k * batch < SMALL_PRODUCT;
  const isQuick = target.software && target.startup === 'quick' && isSmall;
  if (isQuick || !fitsDots(layout)) return [PLAIN_2X4];
  if (target.software) return m * batch <= 2 ? [DOTS_1X2] : [DOTS_4X4, DOTS_2X4];
  if (m <= 1) return [n >= MANY_COLUMNS ? SLICES_1X4 : SLICES_1X1];
  return m <= FEW_ROWS ? [SLICES_4X4, SLICES_4X1] : [DOTS_4X4, DOTS_2X4];
}

/** The first variant with enough workgroups to keep the device busy, or the last; undefined of none. */
export function firstBusy<T extends MatmulVariant>(
  variants: readonly T[],
  shape: MatmulShape,
  target: MatmulTarget,
): T | undefined {
  const workgroups = (variant: T) => {
    const [x, y, z] = variant.grid(shape, target);
    return x * y * z;
  };
  return firstFilling(variants, workgroups, target.software ? target.cores : GPU_WORKGROUPS);
}

/** The variant without measuring: the largest tile of which there are enough to keep the device busy. */
export function chooseMatmul(
  shape: MatmulShape,
  layout: MatmulLayout,
  target: MatmulTarget,
): MatmulVariant {
  return firstBusy(preferences(shape, layout, target), shape, target) ?? PLAIN_2X4;
}
