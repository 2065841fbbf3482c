/** Gradients of the norms: dx by row; those of weight and bias by column. */
import { normBackward } from '../../../shaders/layerNorm/backward.wgsl';
import {
  type ColumnsSpec,
  normColumns,
  SUM_STRIPS_WORKGROUP,
  sumStrips,
} from '../../../shaders/layerNorm/columns.wgsl';
import { type Dim, dimBound } from '../../core/dim';
import { apply, applyAll } from '../../graph/node';
import {
  defineOp,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Node,
  output,
  scratch,
  type Tensor,
} from '../../graph/op';
import { rowsOf, teamGrid, teamOf } from '../rows';
import type { NormGradParametersAttrs, NormGradXAttrs } from './attrs';
import { normGradParametersReference, normGradXReference } from './gradReference';

/** Inputs: dy, x, stats and, where there is one, the weight. Output: dx. */
const normGradXOp = defineOp<NormGradXAttrs>({
  name: 'normGradX',
  infer: ([dy]) => (dy === undefined ? [] : [dy]),
  grad: 'none',
  lowering: {
    kind: 'kernel',
    epilogue: true,
    calls: ({ node, target, epilogue }) => {
      const shape = node.types[0]?.shape ?? [];
      const { rows, size } = rowsOf(shape);
      const team = teamOf(target, shape);
      return [
        kernelCall({
          kernel: normBackward,
          spec: { team, ...node.attrs, epilogue },
          operands: [...node.inputs.map((_, i) => input(i)), output(0)],
          params: [rows, size],
          grid: teamGrid(rows, team),
        }),
      ];
    },
  },
  reference: normGradXReference,
});

/** Strips of the rows where columns alone would leave the device idle. */
const STRIPS = 32;

function stripsOf(node: Node<NormGradParametersAttrs>, software: boolean): number {
  const { rows, size } = rowsOf(node.inputs[0]?.shape ?? []);
  if (dimBound(rows) < 4 * STRIPS) return 1;
  return software && dimBound(size) >= 64 ? 1 : STRIPS;
}

function columnCalls(call: LoweringCall<NormGradParametersAttrs>): readonly KernelCall[] {
  const { node, target } = call;
  const { rows, size } = rowsOf(node.inputs[0]?.shape ?? []);
  const strips = stripsOf(node, target.software);
  const wanted = { weight: call.used(0), bias: call.used(1) };
  const shape = target.software ? { threads: 4, columns: 8 } : { threads: 64, columns: 1 };
  const spec: ColumnsSpec = { center: node.attrs.center, ...wanted, ...shape, strips };
  const results = [...(wanted.weight ? [output(0)] : []), ...(wanted.bias ? [output(1)] : [])];
  const workgroups = (value: (d: Dim) => number, width: number) => Math.ceil(value(size) / width);
  const columns = kernelCall({
    kernel: normColumns,
    spec,
    operands: [
      ...(wanted.weight ? [input(0), input(1), input(2)] : [input(0)]),
      ...(strips > 1 ? [scratch(0)] : results),
    ],
    params: [rows, size],
    grid: (value) => [workgroups(value, shape.threads * shape.columns), strips, 1],
  });
  if (strips === 1) return [columns];
  const total = kernelCall({
    kernel: sumStrips,
    spec: { ...wanted, strips },
    operands: [scratch(0), ...results],
    params: [size],
    grid: (value) => [workgroups(value, SUM_STRIPS_WORKGROUP), 1, 1],
  });
  return [columns, total];
}

/** Inputs: dy, x, stats. Outputs: dweight [C], dbias [C]; what nothing reads is not computed. */
const normGradParametersOp = defineOp<NormGradParametersAttrs>({
  name: 'normGradParameters',
  infer: ([dy]) => {
    const type = { dtype: 'f32', shape: [dy?.shape.at(-1) ?? 1] } as const;
    return [type, type];
  },
  grad: 'none',
  lowering: {
    kind: 'kernel',
    calls: columnCalls,
    scratch: (node) => {
      const { size } = rowsOf(node.inputs[0]?.shape ?? []);
      const strips = stripsOf(node, false);
      return strips > 1 ? [{ dtype: 'f32', shape: [strips, 2, size] }] : [];
    },
  },
  reference: normGradParametersReference,
});

/** The gradient of a norm for x; stats are the norm's saved statistics. */
export function normGradX(
  dy: Tensor,
  x: Tensor,
  stats: Tensor,
  weight: Tensor | undefined,
  center: boolean,
): Tensor {
  const inputs = weight === undefined ? [dy, x, stats] : [dy, x, stats, weight];
  return apply(normGradXOp, inputs, { center, weight: weight !== undefined });
}

/** The gradients of a norm for weight and bias. */
export function normGradParameters(
  dy: Tensor,
  x: Tensor,
  stats: Tensor,
  center: boolean,
): readonly Tensor[] {
  return applyAll(normGradParametersOp, [dy, x, stats], { center });
}

declare module '../../graph/op' {
  interface OpSet {
    normGradX: typeof normGradX;
    normGradParameters: typeof normGradParameters;
  }
}
