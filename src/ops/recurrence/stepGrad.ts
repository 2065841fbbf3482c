/** The gradient of a single step of a recurrent cell. */
import { type CellName, cells } from '../../../shaders/recurrence/cells';
import {
  recurrenceStepBackward as backwardKernel,
  STEP_WORKGROUP,
} from '../../../shaders/recurrence/stepBackward.wgsl';
import { type Dim, divideDims, isMultipleOf, multiplyDims } from '../../core/dim';
import { dims, type Shape, type TensorType } from '../../core/shape';
import { checkCount } from '../../graph/count';
import { type GradCall, type GradientEntry, gradientOf } from '../../graph/gradient';
import { applyAll } from '../../graph/node';
import {
  defineOp,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  output,
  type Tensor,
} from '../../graph/op';
import { named } from './attrs';
import { recurrenceStepOp, type StepAttrs, stepInputs, stepOutputs } from './step';

export type StepGradAttrs = Pick<StepAttrs, 'cell'>;

/** Names of the gradient's inputs, in order. */
export const stepGradInputs = ({ cell }: StepGradAttrs): readonly string[] => [
  'dhidden',
  'kept',
  ...(cells[cell].cell ? ['dcell'] : []),
];

/** Names of the gradient's outputs, in order. */
export const stepGradOutputs = ({ cell }: StepGradAttrs): readonly string[] => [
  'dproducts',
  ...(cells[cell].cell ? ['dcell'] : []),
  ...(cells[cell].splits ? ['dx', 'direct'] : []),
];

const f32 = (...shape: Shape): TensorType => ({ dtype: 'f32', shape });

function gradCalls({ node }: LoweringCall<StepGradAttrs, [2, 3], [1, 4]>): readonly KernelCall[] {
  const { cell } = node.attrs;
  const [batch, size] = dims(node.inputs[0], 2, 'recurrenceStepGrad');
  const aligned = isMultipleOf(size, 4);
  const width: Dim = aligned ? divideDims(size, 4) : size;
  return [
    kernelCall({
      kernel: backwardKernel,
      spec: { cell, aligned },
      operands: [
        ...node.inputs.map((_, i) => input(i)),
        ...stepGradOutputs(node.attrs).map((_, i) => output(i)),
      ],
      params: [batch, width],
      grid: (value) => [Math.ceil(value(width) / STEP_WORKGROUP), value(batch), 1],
    }),
  ];
}

export const recurrenceStepGradOp = defineOp<StepGradAttrs, [2, 3], [1, 4]>({
  name: 'recurrenceStepGrad',
  inputs: [2, 3],
  outputs: [1, 4],
  infer: (inputs, { cell }) => {
    checkCount('recurrenceStepGrad inputs', inputs, stepGradInputs({ cell }).length);
    const [state] = inputs;
    const [batch, size] = dims(state, 2, 'recurrenceStepGrad');
    const { gates, cell: hasCell, splits } = cells[cell];
    const products = f32(batch, multiplyDims(gates, size));
    return [products, ...(hasCell ? [state] : []), ...(splits ? [products, state] : [])];
  },
  lowering: {
    kind: 'kernel',
    calls: gradCalls,
  },
});

/**
 * The gradients of a step through its gates: of the products, of the cell, and the part of the state's gradient
 * that goes through no product.
 */
export function recurrenceStepBackward(
  cell: CellName,
  given: {
    readonly dhidden: Tensor;
    readonly kept: Tensor;
    readonly dcell: Tensor | undefined;
  },
): {
  readonly dproducts: Tensor;
  readonly dcell: Tensor | undefined;
  readonly dx: Tensor | undefined;
  readonly direct: Tensor | undefined;
} {
  const { dhidden, kept, dcell } = given;
  const optional = dcell === undefined ? [] : [dcell];
  const results = applyAll(recurrenceStepGradOp, [dhidden, kept, ...optional], { cell });
  const found = named(stepGradOutputs({ cell }), results);
  return {
    dproducts: found.of('dproducts'),
    dcell: found.perhaps('dcell'),
    dx: found.perhaps('dx'),
    direct: found.perhaps('direct'),
  };
}

function stepGrad({
  ops,
  attrs,
  inputs,
  outputs,
  gradients,
}: GradCall<StepAttrs, [3, 5], [1, 3]>): readonly (Tensor | undefined)[] {
  const before = named(stepInputs(attrs), inputs);
  const after = named(stepOutputs(attrs), outputs);
  const given = named(stepOutputs(attrs), gradients).perhaps;
  const [hidden, weight] = [before.of('hidden'), before.of('weight')];
  const { cell: hasCell } = cells[attrs.cell];
  const { dproducts, dcell, dx, direct } = ops.recurrenceStepBackward(attrs.cell, {
    dhidden: given('hidden') ?? ops.zerosLike(hidden),
    kept: after.of('kept'),
    dcell: hasCell ? (given('cell') ?? ops.zerosLike(hidden)) : undefined,
  });
  const back = ops.matmul(dproducts, weight);
  const results: Readonly<Record<string, Tensor | undefined>> = {
    x: dx ?? dproducts,
    weight: ops.matmul(dproducts, hidden, { transposeA: true }),
    hidden: direct === undefined ? back : ops.add(back, direct),
    cell: dcell,
    bias: ops.sum(dproducts, { axis: 0 }),
  };
  return stepInputs(attrs).map((name) => results[name]);
}

export const stepGradients: readonly GradientEntry[] = [
  gradientOf(recurrenceStepOp, { rule: stepGrad }),
  gradientOf(recurrenceStepGradOp, 'none'),
];

declare module '../../graph/op' {
  interface OpSet {
    recurrenceStepBackward: typeof recurrenceStepBackward;
  }
}
