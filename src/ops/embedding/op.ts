/** Embedding lookup and its deterministic gradient. */
import {
  CLEARED,
  embeddingClear,
  embeddingLinks,
  embeddingSum,
  GRADIENT_WORKGROUP,
  LINKED_TOKENS,
} from '../../../shaders/embedding/backward.wgsl';
import { embeddingLookup, LOOKUP_WORKGROUP } from '../../../shaders/embedding/lookup.wgsl';
import { LONE_TEAM } from '../../../shaders/lib/rowTeam';
import { type Dim, divideDims, isMultipleOf, multiplyDims } from '../../core/dim';
import { DTypeError } from '../../core/errors';
import { formatType, numberOfElements } from '../../core/shape';
import { copyOf, perElement } from '../../graph/cost';
import { apply } from '../../graph/node';
import {
  defineOp,
  grid1d,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  output,
  scratch,
  type Tensor,
} from '../../graph/op';
import type { EmbeddingAttrs, EmbeddingGradAttrs } from './attrs';
import { embeddingGradReference, embeddingReference } from './reference';

/** Rows of `channels` as `columns` of `width` values, four where that fits. */
function split(channels: Dim): { readonly width: 1 | 4; readonly columns: Dim } {
  const width = isMultipleOf(channels, 4) ? 4 : 1;
  return { width, columns: divideDims(channels, width) };
}

function lookupCalls({ node, epilogue }: LoweringCall<EmbeddingAttrs>): readonly KernelCall[] {
  const [ids, table] = node.inputs;
  const count = numberOfElements(ids?.shape ?? []);
  const [rows = 0, channels = 0] = table?.shape ?? [];
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

export const embeddingOp = defineOp<EmbeddingAttrs>({
  name: 'embedding',
  infer: ([ids, table]) => {
    if (ids?.dtype !== 'i32' || table?.dtype !== 'f32' || table.shape.length !== 2) {
      const found = [ids, table].map((type) => (type ? formatType(type) : 'nothing')).join(' and ');
      throw new DTypeError(`embedding: expected i32 ids and an f32 table [V,D], found ${found}`);
    }
    return [{ dtype: 'f32', shape: [...ids.shape, table.shape[1] ?? 1] }];
  },
  grad: {
    rule: ({ ops, attrs, inputs: [ids, table], gradients: [dy] }) => {
      if (ids === undefined || table === undefined || dy === undefined) return [];
      return [undefined, ops.embeddingGrad(ids, dy, table.shape[0] ?? 0, attrs.padding)];
    },
  },
  lowering: { kind: 'kernel', calls: lookupCalls, epilogue: true },
  cost: ({ types: [y] }) => copyOf(numberOfElements(y?.shape ?? [])),
  reference: embeddingReference,
});

function gradCalls({ node }: LoweringCall<EmbeddingGradAttrs>): readonly KernelCall[] {
  const [ids, dy] = node.inputs;
  const { rows, padding } = node.attrs;
  const count = numberOfElements(ids?.shape ?? []);
  const { width, columns } = split(dy?.shape.at(-1) ?? 1);
  const grid = (elements: Dim, each = 1): KernelCall['grid'] => {
    return (size) => grid1d(Math.ceil(size(elements) / (GRADIENT_WORKGROUP * each)));
  };
  const size = multiplyDims(rows, columns);
  return [
    kernelCall({
      kernel: embeddingClear,
      spec: { width },
      operands: [output(0), scratch(1)],
      params: [size, count],
      grid: (value) =>
        grid1d(Math.ceil(Math.max(value(size), value(count)) / (GRADIENT_WORKGROUP * CLEARED))),
    }),
    kernelCall({
      kernel: embeddingLinks,
      spec: {},
      operands: [input(0), scratch(0), scratch(1)],
      params: [count],
      grid: grid(count, LINKED_TOKENS),
    }),
    kernelCall({
      kernel: embeddingSum,
      spec: { width, padding },
      operands: [input(0), scratch(0), scratch(1), input(1), output(0)],
      params: [count, rows, columns],
      grid: grid(multiplyDims(count, columns)),
    }),
  ];
}

export const embeddingGradOp = defineOp<EmbeddingGradAttrs>({
  name: 'embeddingGrad',
  infer: ([, dy], { rows }) => [{ dtype: 'f32', shape: [rows, dy?.shape.at(-1) ?? 1] }],
  grad: 'none',
  lowering: {
    kind: 'kernel',
    calls: gradCalls,
    scratch: ({ inputs }) => {
      const links = { dtype: 'i32', shape: inputs[0]?.shape ?? [] } as const;
      return [links, links];
    },
  },
  cost: ({ inputs: [, dy] }) => perElement(1, dy?.shape),
  reference: embeddingGradReference,
});

/** Sums dy [..., D] into the rows of a [rows, D] table that ids i32 [...] name. */
export function embeddingGrad(ids: Tensor, dy: Tensor, rows: Dim, padding: number): Tensor {
  return apply(embeddingGradOp, [ids, dy], { rows, padding });
}

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
    embeddingGrad: typeof embeddingGrad;
  }
}
