/** What several ops consider when they choose between variants of a kernel. */
import type { Target } from '../graph/target';

/** Rows and columns of the result that an invocation computes. */
export type Tile = readonly [rows: number, columns: number];

/** Rows up to which a matrix product has kernels of its own: as in decoding. */
export const FEW_ROWS = 8;

/** Whether all subgroups of the device have this number of lanes. */
export function hasSubgroupsOf(
  lanes: number,
  {
    subgroups,
    subgroupMinSize,
    subgroupMaxSize,
  }: Pick<Target, 'subgroups' | 'subgroupMinSize' | 'subgroupMaxSize'>,
): boolean {
  return subgroups && subgroupMinSize === lanes && subgroupMaxSize === lanes;
}

/** Whether all subgroups have four lanes, as on SwiftShader; some kernels exchange values by quad swaps. */
export const hasQuadSubgroups = (target: Parameters<typeof hasSubgroupsOf>[1]): boolean =>
  hasSubgroupsOf(4, target);

/** Multiply-adds that take 0.2 ms on SwiftShader: a slow compilation pays off after thousands of runs. */
const FEW_PRODUCTS = 2 ** 19;

/**
 * Whether a matrix product should prefer a kernel that compiles quickly to one that runs fast.
 * @param products multiply-adds of a run
 */
export function startsQuickly(
  products: number,
  { software, startup }: Pick<Target, 'software' | 'startup'>,
): boolean {
  if (!software || startup === 'thorough') return false;
  return startup === 'quick' || products < FEW_PRODUCTS;
}

/** Whether a product has too few results for the lanes of a GPU, and sums long enough to be split. */
export function hasFewResults(results: number, k: number): boolean {
  return results <= 2 ** 17 && k >= 128;
}

/** Workgroups that keep the thousands of lanes of a GPU busy: an H200 has 132 processors. */
export const GPU_WORKGROUPS = 128;

/**
 * The first variant that has enough workgroups to keep the device busy, or else the last; undefined of none.
 * @param variants those with the largest tiles first
 */
export function firstFilling<T>(
  variants: readonly T[],
  workgroups: (variant: T) => number,
  enough: number,
): T | undefined {
  return variants.find((variant) => workgroups(variant) >= enough) ?? variants.at(-1);
}
