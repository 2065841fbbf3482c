/** The deterministic gradient of an embedding's table. */
import {
  CLEARED,
  embeddingLinks,
  embeddingSum,
  GRADIENT_WORKGROUP,
  LINKED_TOKENS,
} from '../../../shaders/embedding/backward.wgsl';
import { type Dim, multiplyDims } from '../../core/dim';
import { dimAt, lastDim, numberOfElements } from '../../core/shape';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
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
import type { EmbeddingGradAttrs } from './attrs';
import { embeddingOp, split } from './op';

function gradCalls({ node }: LoweringCall<EmbeddingGradAttrs, 2, 1>): readonly KernelCall[] {
  const [ids, dy] = node.inputs;
  const { rows, padding } = node.attrs;
  const count = numberOfElements(ids.shape);
  const { width, columns } = split(lastDim(dy));
  const groups = (elements: number, each: number) =>
    Math.ceil(elements / (GRADIENT_WORKGROUP * each));
  const size = multiplyDims(rows, columns);
  return [
    kernelCall({
      kernel: embeddingLinks,
      spec: { width },
      operands: [input(0), scratch(0), output(0)],
      params: [count, size],
      grid: (value) =>
        grid1d(Math.max(groups(value(count), LINKED_TOKENS), groups(value(size), CLEARED))),
    }),
    kernelCall({
      kernel: embeddingSum,
      spec: { width, padding },
      operands: [input(0), scratch(0), input(1), output(0)],
      params: [count, rows, columns],
      grid: (value) => grid1d(groups(value(multiplyDims(count, columns)), 1)),
    }),
  ];
}

export const embeddingGradOp = defineOp<EmbeddingGradAttrs, 2>({
  name: 'embeddingGrad',
  inputs: 2,
  infer: ([, dy], { rows }) => [{ dtype: 'f32', shape: [rows, lastDim(dy)] }],
  lowering: {
    kind: 'kernel',
    calls: gradCalls,
    scratch: ({ inputs }) => [{ dtype: 'i32', shape: inputs[0].shape }],
  },
});

/** Scatter-add: sums the rows of dy [..., D] into a table [rows, D], at the rows given by ids i32 [...]. */
export function embeddingGrad(ids: Tensor, dy: Tensor, rows: Dim, padding: number): Tensor {
  return apply(embeddingGradOp, [ids, dy], { rows, padding });
}

export const gradients: readonly GradientEntry[] = [
  gradientOf(embeddingOp, {
    rule: ({ ops, attrs, inputs: [ids, table], gradients: [dy] }) => {
      return [undefined, ops.embeddingGrad(ids, dy, dimAt(table, 0), attrs.padding)];
    },
  }),
  gradientOf(embeddingGradOp, 'none'),
];

declare module '../../graph/op' {
  interface OpSet {
    embeddingGrad: typeof embeddingGrad;
  }
}
