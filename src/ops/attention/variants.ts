/**
 * The attention kernels that are taken unmeasured: those that go row by row. candidates.ts has the others.
 * Sizes are upper bounds.
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

/** A kernel for what an application binds, by its specialisation. */
export type ForwardVariant = (
  bound: Pick<KernelCall, 'operands' | 'params'>,
  spec: AttentionSpec & ForwardOutputs,
  sizes: Sizes,
) => KernelCall;

/** Lanes of a large GPU: while so many suffice for a team a row, more of them shorten the way. */
const LANES = 2 ** 18;

/** What the choice of a kernel looks at. */
export type Sizes = { readonly batch: Dim; readonly queries: Dim; readonly keys: Dim };

/** Whether a GPU has lanes for a team a row. */
export function isSplit({ software }: Target, { heads }: AttentionAttrs, sizes: Sizes): boolean {
  return !software && dimBound(multiplyDims(sizes.batch, sizes.queries)) * heads * 64 <= LANES;
}

/** The threads that may share the keys of a row. */
export function fittingThreads({ workgroupMemory }: Target, size: number): readonly number[] {
  return [64, 32, 16].filter((threads) => splitMemory(size, threads) <= workgroupMemory);
}

/** How many of them suit so many keys: as many as there are keys, if they fit. */
export function likelyThreads(fit: readonly number[], keys: Dim): number | undefined {
  return fit.findLast((threads) => threads >= Math.min(64, dimBound(keys))) ?? fit[0];
}

/** The kernel for so many rows of a workgroup, whose keys so many threads share. */
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

/** Threads of a row of their own, in a workgroup. */
export const LONE_ROWS = { software: 8, gpu: 64 } as const;

/** The forward kernel. On software adapters barriers cost more than lanes that share a row bring. */
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
