/** Embedding lookup. */
import { embeddingLookup, LOOKUP_WORKGROUP } from '../../../shaders/embedding/lookup.wgsl';
import { type Dim, divideDims, isMultipleOf, multiplyDims } from '../../core/dim';
import { DTypeError } from '../../core/errors';
import { dims, formatType, lastDim, numberOfElements } from '../../core/shape';
import { apply } from '../../graph/node';
import {
  defineOp,
  grid1d,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  output,
  type Tensor,
} from '../../graph/op';
import { LONE_TEAM } from '../rowTeams';
import type { EmbeddingAttrs } from './attrs';

/** A row of `channels` as `columns` vectors of `width` values: four where the number of channels allows it. */
export function split(channels: Dim): { readonly width: 1 | 4; readonly columns: Dim } {
  const width = isMultipleOf(channels, 4) ? 4 : 1;
  return { width, columns: divideDims(channels, width) };
}

function lookupCalls({
  node,
  epilogue,
}: LoweringCall<EmbeddingAttrs, 2, 1>): readonly KernelCall[] {
  const [ids, table] = node.inputs;
  const count = numberOfElements(ids.shape);
  const [rows, channels] = dims(table, 2, 'embedding');
  const { width, columns } = split(channels);
  const size = multiplyDims(count, columns);
  return [
    kernelCall({
      kernel: embeddingLookup,
      spec: { team: { ...LONE_TEAM, width }, epilogue },
      operands: [input(0), input(1), output(0)],
      params: [count, rows, columns],
      grid: (value) => grid1d(Math.ceil(value(size) / LOOKUP_WORKGROUP)),
    }),
  ];
}

export const embeddingOp = defineOp<EmbeddingAttrs, 2>({
  name: 'embedding',
  inputs: 2,
  infer: ([ids, table]) => {
    if (ids.dtype !== 'i32' || table.dtype !== 'f32' || table.shape.length !== 2) {
      const found = [ids, table].map(formatType).join(' and ');
      throw new DTypeError(`embedding: expected i32 ids and an f32 table [V,D], found ${found}`);
    }
    return [{ dtype: 'f32', shape: [...ids.shape, lastDim(table)] }];
  },
  lowering: { kind: 'kernel', calls: lookupCalls, epilogue: true },
});

/**
 * Rows of a table (nn.Embedding). Ids outside the table give zeros; check them beforehand.
 * @param ids i32 [...]  @param table f32 [V, D]
 * @param options.paddingIndex an id whose row gets no gradient
 * @returns [..., D]
 */
export function embedding(
  ids: Tensor,
  table: Tensor,
  options: { readonly paddingIndex?: number } = {},
): Tensor {
  return apply(embeddingOp, [ids, table], { padding: options.paddingIndex ?? -1 });
}

declare module '../../graph/op' {
  interface OpSet {
    embedding: typeof embedding;
  }
}
