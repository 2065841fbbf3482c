/**
 * The default attention kernels, which work row by row; candidates.ts has the others. Sizes are upper bounds.
 */
import {
  attentionRows,
  type ForwardOutputs,
  type RowsDesign,
  splitMemory,
} from '../../../shaders/attention/rows.wgsl';
import type { AttentionSpec } from '../../../shaders/attention/spec';
import { type Dim, dimBound, multiplyDims } from '../../core/dim';
import { grid1d, type KernelCall, kernelCall, type Target } from '../../graph/op';
import type { AttentionAttrs } from './attrs';

/** Makes the kernel call for operands, params and a specialisation. */
export type ForwardVariant = (
  bound: Pick<KernelCall, 'operands' | 'params'>,
  spec: AttentionSpec & ForwardOutputs,
  sizes: Sizes,
) => KernelCall;

/** Lanes of a large GPU: where rows have fewer, several threads for each row finish sooner. */
const GPU_LANES = 2 ** 18;

/** The sizes that the choice of a kernel depends on. */
export type Sizes = { readonly batch: Dim; readonly queries: Dim; readonly keys: Dim };

/** Whether the device has enough lanes for a team of threads per row. */
export function isSplit({ software }: Target, { heads }: AttentionAttrs, sizes: Sizes): boolean {
  return !software && dimBound(multiplyDims(sizes.batch, sizes.queries)) * heads * 64 <= GPU_LANES;
}

/** Numbers of threads that may share the keys of a row, within the workgroup memory. */
export function fittingThreads({ workgroupMemory }: Target, size: number): readonly number[] {
  return [64, 32, 16].filter((threads) => splitMemory(size, threads) <= workgroupMemory);
}

/** The number of threads that suits the number of keys: as many as there are keys, where that fits. */
export function likelyThreads(fit: readonly number[], keys: Dim): number | undefined {
  return fit.findLast((threads) => threads >= Math.min(64, dimBound(keys))) ?? fit[0];
}

/** The kernel with `design.rows` rows per workgroup and `design.threads` threads per row. */
export function byRows(design: RowsDesign): ForwardVariant {
  return (bound, spec, { batch, queries }) =>
    kernelCall({
      ...bound,
      kernel: attentionRows,
      spec: { ...spec, ...design },
      grid: (size) => {
        const rows = size(batch) * size(queries) * spec.heads;
        return grid1d(Math.ceil(rows / design.rows));
      },
    });
}

/** Rows of a workgroup that has one thread per row. */
export const LONE_ROWS = { software: 8, gpu: 64 } as const;

/** The default forward kernel. On software adapters barriers cost more than several lanes per row save. */
export function defaultForward(
  target: Target,
  attrs: AttentionAttrs,
  sizes: Sizes,
): ForwardVariant {
  const fit = isSplit(target, attrs, sizes) ? fittingThreads(target, attrs.valueSize) : [];
  const threads = likelyThreads(fit, sizes.keys);
  if (threads !== undefined) return byRows({ rows: 1, threads });
  return byRows({ rows: target.software ? LONE_ROWS.software : LONE_ROWS.gpu, threads: 1 });
}
