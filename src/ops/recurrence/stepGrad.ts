/** The gradient of a single step of a recurrent cell. */
import { type CellName, cells } from '../../../shaders/recurrence/cells';
import {
  recurrenceStepBackward as backwardKernel,
  STEP_WORKGROUP,
} from '../../../shaders/recurrence/stepBackward.wgsl';
import { type Dim, divideDims, isMultipleOf, multiplyDims } from '../../core/dim';
import { defined } from '../../core/errors';
import type { Shape, TensorType } from '../../core/shape';
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

function gradCalls({ node }: LoweringCall<StepGradAttrs>): readonly KernelCall[] {
  const { cell } = node.attrs;
  const [batch = 1, size = 1] = node.inputs[0]?.shape ?? [];
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

export const recurrenceStepGradOp = defineOp<StepGradAttrs>({
  name: 'recurrenceStepGrad',
  infer: ([dhidden], { cell }) => {
    const state = defined(dhidden, 'dhidden');
    const [batch = 1, size = 1] = state.shape;
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
  const inputs = [dhidden, kept, ...(dcell === undefined ? [] : [dcell])];
  const found = named(stepGradOutputs({ cell }), applyAll(recurrenceStepGradOp, inputs, { cell }));
  return {
    dproducts: defined(found('dproducts'), 'dproducts'),
    dcell: found('dcell'),
    dx: found('dx'),
    direct: found('direct'),
  };
}

function stepGrad({
  ops,
  attrs,
  inputs,
  outputs,
  gradients,
}: GradCall<StepAttrs>): readonly (Tensor | undefined)[] {
  const before = named(stepInputs(attrs), inputs);
  const after = named(stepOutputs(attrs), outputs);
  const given = named(stepOutputs(attrs), gradients);
  const [hidden, weight] = [
    defined(before('hidden'), 'hidden'),
    defined(before('weight'), 'weight'),
  ];
  const { cell: hasCell } = cells[attrs.cell];
  const { dproducts, dcell, dx, direct } = ops.recurrenceStepBackward(attrs.cell, {
    dhidden: given('hidden') ?? ops.zerosLike(hidden),
    kept: defined(after('kept'), 'kept'),
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
