/** One step of a recurrent cell, for decoders in which something happens between the steps. */
import { type CellName, cells } from '../../../shaders/recurrence/cells';
import { recurrenceForward } from '../../../shaders/recurrence/forward.wgsl';
import {
  recurrenceStepBackward as backwardKernel,
  STEP_WORKGROUP,
} from '../../../shaders/recurrence/stepBackward.wgsl';
import { type Dim, dimsEqual, divideDims, isMultipleOf, multiplyDims } from '../../core/dim';
import { defined, ShapeError } from '../../core/errors';
import { formatType, type Shape, type TensorType } from '../../core/shape';
import { applyAll } from '../../graph/node';
import {
  defineOp,
  type GradCall,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  output,
  type ReferenceCall,
  type Tensor,
} from '../../graph/op';
import { named } from './attrs';
import { unitGrad } from './gradReference';
import { launchStep, productCost } from './launch';
import { unitStep } from './reference';

export type StepAttrs = {
  readonly cell: CellName;
  /** Whether there is a bias of the state's products. */
  readonly bias: boolean;
};

type StepGradAttrs = Pick<StepAttrs, 'cell'>;

const stepInputs = ({ cell, bias }: StepAttrs): readonly string[] => [
  'x',
  'weight',
  'hidden',
  ...(cells[cell].cell ? ['cell'] : []),
  ...(bias ? ['bias'] : []),
];

const stepOutputs = ({ cell }: StepGradAttrs): readonly string[] => [
  'hidden',
  ...(cells[cell].cell ? ['cell'] : []),
  'kept',
];

const gradInputs = ({ cell }: StepGradAttrs): readonly string[] => [
  'dhidden',
  'kept',
  ...(cells[cell].cell ? ['dcell'] : []),
];

const gradOutputs = ({ cell }: StepGradAttrs): readonly string[] => [
  'dproducts',
  ...(cells[cell].cell ? ['dcell'] : []),
  ...(cells[cell].splits ? ['dx', 'direct'] : []),
];

const f32 = (...shape: Shape): TensorType => ({ dtype: 'f32', shape });

function infer(inputs: readonly TensorType[], attrs: StepAttrs): readonly TensorType[] {
  const { gates, cell: hasCell, saved } = cells[attrs.cell];
  const names = stepInputs(attrs);
  const found = named(names, inputs);
  const [batch = 1] = found('x')?.shape ?? [];
  const size = found('weight')?.shape[1] ?? 1;
  const wide = multiplyDims(gates, size);
  const expected: Readonly<Record<string, Shape>> = {
    x: [batch, wide],
    weight: [wide, size],
    hidden: [batch, size],
    cell: [batch, size],
    bias: [wide],
  };
  for (const name of names) {
    const [type, shape = []] = [found(name), expected[name]];
    const fits = type?.dtype === 'f32' && type.shape.length === shape.length;
    if (type === undefined || !fits || !shape.every((d, i) => dimsEqual(d, type.shape[i] ?? -1))) {
      const text = type === undefined ? 'nothing' : formatType(type);
      throw new ShapeError(
        `recurrenceStep: ${name} of ${attrs.cell} must be ${formatType(f32(...shape))}, found ${text}`,
      );
    }
  }
  const state = f32(batch, size);
  return [state, ...(hasCell ? [state] : []), f32(batch, multiplyDims(saved, size))];
}

function calls(call: LoweringCall<StepAttrs>): readonly KernelCall[] {
  const { node } = call;
  const { attrs } = node;
  const [ins, outs] = [stepInputs(attrs), stepOutputs(attrs)];
  const [batch = 1, size = 1] = node.types[0]?.shape ?? [];
  const { cell: hasCell } = cells[attrs.cell];
  const { variant, ...launch } = launchStep(call, attrs.cell, { batch, size });
  const keep = call.used(outs.indexOf('kept'));
  const read = (name: string) => input(ins.indexOf(name));
  const write = (name: string) => output(outs.indexOf(name));
  return [
    kernelCall({
      kernel: recurrenceForward,
      spec: {
        ...attrs,
        ...variant,
        reverse: false,
        lengths: false,
        aligned: isMultipleOf(size, 4),
        previous: false,
        keep,
        single: true,
      },
      operands: [
        read('x'),
        read('weight'),
        ...(attrs.bias ? [read('bias')] : []),
        read('hidden'),
        ...(hasCell ? [read('cell')] : []),
        write('hidden'),
        ...(hasCell ? [write('cell')] : []),
        ...(keep ? [write('kept')] : []),
      ],
      ...launch,
    }),
  ];
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

function stepReference({ attrs, inputs, outputs }: ReferenceCall<StepAttrs>): void {
  const read = named(stepInputs(attrs), inputs);
  const write = named(stepOutputs(attrs), outputs);
  const [x, weight, before, after] = [read('x'), read('weight'), read('hidden'), write('hidden')];
  if (!x || !weight || !before || !after) return;
  const [cell, bias] = [read('cell'), read('bias')];
  const [batch, size] = [after.dim(0), after.dim(1)];
  for (let b = 0; b < batch; b++) {
    for (let u = 0; u < size; u++) {
      const product = (gate: number): number => {
        let total = bias?.at(gate * size + u) ?? 0;
        for (let k = 0; k < size; k++) total += before.at(b, k) * weight.at(gate * size + u, k);
        return total;
      };
      const own = (gate: number): number => x.at(b, gate * size + u);
      const unit = unitStep(attrs.cell, own, product, before.at(b, u), cell?.at(b, u) ?? 0);
      after.set(unit.hidden, b, u);
      write('cell')?.set(unit.cell, b, u);
      unit.kept.forEach((value, i) => {
        write('kept')?.set(value, b, i * size + u);
      });
    }
  }
}

export const recurrenceStepOp = defineOp<StepAttrs>({
  name: 'recurrenceStep',
  infer,
  grad: { rule: stepGrad },
  lowering: {
    kind: 'kernel',
    calls,
    stored: (attrs) => [0, stepOutputs(attrs).indexOf('cell')],
  },
  cost: ({ attrs, types }) => {
    const [batch = 1, size = 1] = types[0]?.shape ?? [];
    return productCost(attrs.cell, { batch, length: 1, size });
  },
  reference: stepReference,
});

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
        ...gradOutputs(node.attrs).map((_, i) => output(i)),
      ],
      params: [batch, width],
      grid: (value) => [Math.ceil(value(width) / STEP_WORKGROUP), value(batch), 1],
    }),
  ];
}

function stepGradReference({ attrs, inputs, outputs }: ReferenceCall<StepGradAttrs>): void {
  const read = named(gradInputs(attrs), inputs);
  const write = named(gradOutputs(attrs), outputs);
  const [dhidden, kept, dproducts] = [read('dhidden'), read('kept'), write('dproducts')];
  if (!dhidden || !kept || !dproducts) return;
  const [batch, size] = [dhidden.dim(0), dhidden.dim(1)];
  for (let b = 0; b < batch; b++) {
    for (let u = 0; u < size; u++) {
      const own = Array.from({ length: kept.dim(1) / size }, (_, i) => kept.at(b, i * size + u));
      const grad = unitGrad(attrs.cell, own, dhidden.at(b, u), read('dcell')?.at(b, u) ?? 0);
      grad.products.forEach((value, gate) => {
        dproducts.set(value, b, gate * size + u);
      });
      grad.inputs.forEach((value, gate) => {
        write('dx')?.set(value, b, gate * size + u);
      });
      write('direct')?.set(grad.direct, b, u);
      write('dcell')?.set(grad.cell, b, u);
    }
  }
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
  grad: 'none',
  lowering: {
    kind: 'kernel',
    calls: gradCalls,
    stored: (attrs) => gradOutputs(attrs).map((_, i) => i),
  },
  reference: stepGradReference,
});

/** The gradients of a step through its gates: of the products, the cell, and the state beside them. */
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
  const found = named(gradOutputs({ cell }), applyAll(recurrenceStepGradOp, inputs, { cell }));
  return {
    dproducts: defined(found('dproducts'), 'dproducts'),
    dcell: found('dcell'),
    dx: found('dx'),
    direct: found('direct'),
  };
}

/**
 * One step of a recurrent cell, in PyTorch's gate order.
 * @param x products of the input with its weights and bias [B, gates * H]
 * @param weight of the state [gates * H, H]  @param state of the step before: hidden [B, H], and the
 *   cell [B, H] of an LSTM  @param bias of the state's products [gates * H]
 * @throws ShapeError when a tensor does not fit the others
 */
export function recurrenceStep(
  cell: CellName,
  x: Tensor,
  weight: Tensor,
  state: { readonly hidden: Tensor; readonly cell?: Tensor | undefined },
  bias?: Tensor,
): { readonly hidden: Tensor; readonly cell: Tensor | undefined } {
  const attrs = { cell, bias: bias !== undefined };
  const inputs = [
    x,
    weight,
    state.hidden,
    ...(state.cell === undefined ? [] : [state.cell]),
    ...(bias === undefined ? [] : [bias]),
  ];
  const found = named(stepOutputs(attrs), applyAll(recurrenceStepOp, inputs, attrs));
  return { hidden: defined(found('hidden'), 'hidden'), cell: found('cell') };
}

declare module '../../graph/op' {
  interface OpSet {
    recurrenceStep: typeof recurrenceStep;
    recurrenceStepBackward: typeof recurrenceStepBackward;
  }
}
