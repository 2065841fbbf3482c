/** Embedding lookup and its deterministic gradient. */
import {
  embeddingLinks,
  embeddingSum,
  embeddingZero,
  LINK_WORKGROUP,
} from '../../../shaders/embedding/backward.wgsl';
import { embeddingLookup, LOOKUP_WORKGROUP } from '../../../shaders/embedding/lookup.wgsl';
import { type Dim, multiplyDims } from '../../core/dim';
import { DTypeError } from '../../core/errors';
import { formatType, numberOfElements } from '../../core/shape';
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
import { embeddingGradReference, embeddingReference } from './reference';

export type EmbeddingAttrs = {
  /** Id whose row gets no gradient; -1 for none. */
  readonly padding: number;
};

function lookupCalls({ node, epilogue }: LoweringCall<EmbeddingAttrs>): readonly KernelCall[] {
  const [ids, table] = node.inputs;
  const count = numberOfElements(ids?.shape ?? []);
  const [rows = 0, width = 0] = table?.shape ?? [];
  const size = multiplyDims(count, width);
  return [
    kernelCall({
      kernel: embeddingLookup,
      spec: { epilogue },
      operands: [input(0), input(1), output(0)],
      params: [count, rows, width],
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
  reference: embeddingReference,
});

export type EmbeddingGradAttrs = { readonly rows: Dim; readonly padding: number };

function gradCalls({ node }: LoweringCall<EmbeddingGradAttrs>): readonly KernelCall[] {
  const [ids, dy] = node.inputs;
  const { rows, padding } = node.attrs;
  const count = numberOfElements(ids?.shape ?? []);
  const width = dy?.shape.at(-1) ?? 1;
  const grid = (elements: Dim): KernelCall['grid'] => {
    return (size) => grid1d(Math.ceil(size(elements) / LINK_WORKGROUP));
  };
  const size = multiplyDims(rows, width);
  const spec = { padding };
  return [
    kernelCall({
      kernel: embeddingLinks,
      spec,
      operands: [input(0), scratch(0)],
      params: [count],
      grid: grid(count),
    }),
    kernelCall({
      kernel: embeddingZero,
      spec,
      operands: [output(0)],
      params: [size],
      grid: grid(size),
    }),
    kernelCall({
      kernel: embeddingSum,
      spec,
      operands: [input(0), scratch(0), input(1), output(0)],
      params: [count, rows, width],
      grid: grid(multiplyDims(count, width)),
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
    scratch: ({ inputs }) => [{ dtype: 'i32', shape: inputs[0]?.shape ?? [] }],
  },
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
