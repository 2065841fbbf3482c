/** Gradients of the norms: that of x row by row, those of weight and bias column by column. */
import { normBackward } from '../../../shaders/layerNorm/backward.wgsl';
import {
  type ColumnsSpec,
  normColumns,
  SUM_STRIPS_WORKGROUP,
  sumStrips,
} from '../../../shaders/layerNorm/columns.wgsl';
import { type Dim, dimBound } from '../../core/dim';
import { lastDim } from '../../core/shape';
import { sizeClass } from '../../graph/choice';
import type { Counted } from '../../graph/count';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { apply, applyAll } from '../../graph/node';
import {
  defineOp,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Node,
  type OpSet,
  output,
  scratch,
  type Tensor,
} from '../../graph/op';
import { rowsOf, teamGrid, teamOf } from '../rows';
import type { NormAttrs, NormGradParametersAttrs, NormGradXAttrs } from './attrs';
import { normOp } from './op';

/** Inputs: dy, x, stats and, if there is one, the weight. Output: dx. */
export const normGradXOp = defineOp<NormGradXAttrs, [3, 4]>({
  name: 'normGradX',
  inputs: [3, 4],
  infer: ([dy]) => [dy],
  lowering: {
    kind: 'kernel',
    epilogue: true,
    calls: (call) => {
      const { node, epilogue } = call;
      const shape = node.types[0].shape;
      const { rows, size } = rowsOf(shape);
      const team = teamOf(call, shape, { holds: true });
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
});

/** Strips that the rows are divided into, where columns alone would leave the device idle. */
const STRIPS = 32;

/** Threads of a workgroup, columns of a thread, and strips of rows. */
type Columns = Pick<ColumnsSpec, 'threads' | 'columns' | 'strips'>;

function columnsOf({ node, target, choose }: LoweringCall<NormGradParametersAttrs, 3, 2>): Columns {
  const { rows, size } = rowsOf(node.inputs[0].shape);
  const { software } = target;
  const [few, many] = [
    { threads: 4, columns: 8 },
    { threads: 64, columns: 1 },
  ];
  const strips = hasStrips(node) ? [STRIPS, 1] : [1];
  if (software && dimBound(size) >= 64) strips.reverse();
  const all = strips.flatMap((count) =>
    (software ? [few, many] : [many, few]).map((shape) => ({ ...shape, strips: count })),
  );
  return choose({
    family: node.op.name,
    shape: sizeClass({ rows, size }),
    candidates: new Map(
      all.map((one) => [`${one.threads}x${one.columns} in ${one.strips}`, one] as const),
    ),
  });
}

function hasStrips({ inputs }: Node<NormGradParametersAttrs, 3, 2>): boolean {
  return dimBound(rowsOf(inputs[0].shape).rows) >= 4 * STRIPS;
}

function columnCalls(call: LoweringCall<NormGradParametersAttrs, 3, 2>): readonly KernelCall[] {
  const { node } = call;
  const { rows, size } = rowsOf(node.inputs[0].shape);
  const shape = columnsOf(call);
  const { strips } = shape;
  const wanted = { weight: call.used(0), bias: call.used(1) };
  const spec: ColumnsSpec = { center: node.attrs.center, ...wanted, ...shape };
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

/** Inputs: dy, x, stats. Outputs: dweight [C], dbias [C]; those that nothing reads are not computed. */
export const normGradParametersOp = defineOp<NormGradParametersAttrs, 3, 2>({
  name: 'normGradParameters',
  inputs: 3,
  outputs: 2,
  infer: ([dy]) => {
    const type = { dtype: 'f32', shape: [lastDim(dy)] } as const;
    return [type, type];
  },
  lowering: {
    kind: 'kernel',
    calls: columnCalls,
    optional: () => [0, 1],
    scratch: (node) => {
      const { size } = rowsOf(node.inputs[0].shape);
      return hasStrips(node) ? [{ dtype: 'f32', shape: [STRIPS, 2, size] }] : [];
    },
  },
});

/** The gradient of a norm for x; stats are the statistics that the norm saved. */
export function normGradX(
  dy: Tensor,
  x: Tensor,
  stats: Tensor,
  weight: Tensor | undefined,
  center: boolean,
): Tensor {
  const optional = weight === undefined ? [] : [weight];
  return apply(normGradXOp, [dy, x, stats, ...optional], { center, weight: weight !== undefined });
}

/** The gradients of a norm for weight and bias. */
export function normGradParameters(
  dy: Tensor,
  x: Tensor,
  stats: Tensor,
  center: boolean,
): Counted<Tensor, 2> {
  return applyAll(normGradParametersOp, [dy, x, stats], { center });
}

function normGrad(
  ops: OpSet,
  { center, weight, bias }: NormAttrs,
  x: Tensor,
  [first]: readonly Tensor[],
  stats: Tensor,
  dy: Tensor,
): Counted<Tensor, [1, 3]> {
  const dx = ops.normGradX(dy, x, stats, weight ? first : undefined, center);
  if (!(weight || bias)) return [dx];
  const [dweight, dbias] = ops.normGradParameters(dy, x, stats, center);
  return [dx, ...(weight ? [dweight] : []), ...(bias ? [dbias] : [])];
}

export const gradients: readonly GradientEntry[] = [
  gradientOf(normOp, {
    rule: ({ ops, attrs, inputs, outputs: [, stats], gradients: [dy] }) => {
      const [x, ...parameters] = inputs;
      if (dy === undefined) return [];
      return normGrad(ops, attrs, x, parameters, stats, dy);
    },
  }),
  gradientOf(normGradXOp, 'none'),
  gradientOf(normGradParametersOp, 'none'),
];

declare module '../../graph/op' {
  interface OpSet {
    normGradX: typeof normGradX;
    normGradParameters: typeof normGradParameters;
  }
}
