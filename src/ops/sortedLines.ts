/** Sorts lines in scratch memory as pairs of key and index, for the kernels that use the order. */
import { type KeySpec, mergePasses, SORT_WORKGROUP } from '../../shaders/sort/keys';
import { mergeRuns } from '../../shaders/sort/merge.wgsl';
import { sortRuns } from '../../shaders/sort/rank.wgsl';
import { type Dim, multiplyDims } from '../core/dim';
import type { TensorType } from '../core/shape';
import { grid1d, type KernelCall, kernelCall, type Operand } from '../graph/op';
import type { Lines } from './lines';

/** The longest lines for which comparing every element with every other may be the fastest method. */
export const MOST_COMPARED = 4096;

/** Lines up to this length are always sorted by comparing all pairs. */
export const FEW_COMPARED = 128;

/** Workgroups with one invocation per element. */
export function elementGrid(elements: Dim): KernelCall['grid'] {
  return (value) => grid1d(Math.ceil(value(elements) / SORT_WORKGROUP));
}

/** The scratch memory of `sortLines`: two arrays of pairs. */
export function pairsType({ count, size }: Lines): TensorType {
  return { dtype: 'i32', shape: [2, count, size, 2] };
}

/**
 * Sorts the lines of `source` stably into `pairs`; the WGSL function `sorted_line` tells which of the two
 * arrays holds the result.
 */
export function sortLines(
  spec: KeySpec,
  { count, size, inner }: Lines,
  source: Operand,
  pairs: Operand,
): readonly KernelCall[] {
  const grid = elementGrid(multiplyDims(count, size));
  return [
    kernelCall({
      kernel: sortRuns,
      spec,
      operands: [source, pairs],
      params: [count, size, inner],
      grid,
    }),
    kernelCall({
      kernel: mergeRuns,
      spec: {},
      operands: [pairs],
      params: [count, size],
      grid,
      steps: (value) => mergePasses(value(size)),
    }),
  ];
}
