/** A single step of a recurrent cell, for decoders that compute something else between the steps. */
import { type CellName, cells } from '../../../shaders/recurrence/cells';
import { recurrenceForward } from '../../../shaders/recurrence/forward.wgsl';
import { isMultipleOf, multiplyDims } from '../../core/dim';
import { ShapeError } from '../../core/errors';
import { dims, formatType, type Shape, shapesEqual, type TensorType } from '../../core/shape';
import { type Counted, checkCount } from '../../graph/count';
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
import { launchStep } from './launch';

export type StepAttrs = {
  readonly cell: CellName;
  /** Whether the products of the state have a bias. */
  readonly bias: boolean;
};

/** Names of the op's inputs, in order. */
export const stepInputs = ({ cell, bias }: StepAttrs): readonly string[] => [
  'x',
  'weight',
  'hidden',
  ...(cells[cell].cell ? ['cell'] : []),
  ...(bias ? ['bias'] : []),
];

/** Names of the op's outputs, in order. */
export const stepOutputs = ({ cell }: Pick<StepAttrs, 'cell'>): readonly string[] => [
  'hidden',
  ...(cells[cell].cell ? ['cell'] : []),
  'kept',
];

const f32 = (...shape: Shape): TensorType => ({ dtype: 'f32', shape });

function infer(inputs: Counted<TensorType, [3, 5]>, attrs: StepAttrs): Counted<TensorType, [1, 3]> {
  const { gates, cell: hasCell, saved } = cells[attrs.cell];
  const names = stepInputs(attrs);
  checkCount('recurrenceStep inputs', inputs, names.length);
  const found = named(names, inputs);
  const [x, weight] = inputs;
  const [batch] = dims(x, 2, 'recurrenceStep: x');
  const [, size] = dims(weight, 2, 'recurrenceStep: weight');
  const wide = multiplyDims(gates, size);
  const expect = (name: string, ...shape: Shape): void => {
    const type = found.perhaps(name);
    if (type === undefined || (type.dtype === 'f32' && shapesEqual(type.shape, shape))) return;
    const text = formatType(f32(...shape));
    throw new ShapeError(
      `recurrenceStep: ${name} of ${attrs.cell} must be ${text}, found ${formatType(type)}`,
    );
  };
  expect('x', batch, wide);
  expect('weight', wide, size);
  expect('hidden', batch, size);
  expect('cell', batch, size);
  expect('bias', wide);
  const state = f32(batch, size);
  return [state, ...(hasCell ? [state] : []), f32(batch, multiplyDims(saved, size))];
}

function calls(call: LoweringCall<StepAttrs, [3, 5], [1, 3]>): readonly KernelCall[] {
  const { node } = call;
  const { attrs } = node;
  const [ins, outs] = [stepInputs(attrs), stepOutputs(attrs)];
  const [batch, size] = dims(node.types[0], 2, 'recurrenceStep');
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

export const recurrenceStepOp = defineOp<StepAttrs, [3, 5], [1, 3]>({
  name: 'recurrenceStep',
  inputs: [3, 5],
  outputs: [1, 3],
  infer,
  lowering: {
    kind: 'kernel',
    calls,
    optional: (attrs) => [stepOutputs(attrs).indexOf('kept')],
  },
});

/**
 * A single step of a recurrent cell, in PyTorch's gate order.
 * @param x products of the input with its weights, plus bias [B, gates * H]
 * @param weight of the state [gates * H, H]
 * @param state before the step: hidden [B, H] and, for an LSTM, cell [B, H]
 * @param bias of the products of the state [gates * H]
 * @returns the next state, and as `kept` [B, saved * H] what that of `recurrence` holds of the step
 * @throws ShapeError when a tensor does not fit the others
 */
export function recurrenceStep(
  cell: CellName,
  x: Tensor,
  weight: Tensor,
  state: { readonly hidden: Tensor; readonly cell?: Tensor | undefined },
  bias?: Tensor,
): { readonly hidden: Tensor; readonly cell: Tensor | undefined; readonly kept: Tensor } {
  const attrs = { cell, bias: bias !== undefined };
  const optional = [state.cell, bias].filter((tensor) => tensor !== undefined);
  const results = applyAll(recurrenceStepOp, [x, weight, state.hidden, ...optional], attrs);
  const found = named(stepOutputs(attrs), results);
  return { hidden: found.of('hidden'), cell: found.perhaps('cell'), kept: found.of('kept') };
}

declare module '../../graph/op' {
  interface OpSet {
    recurrenceStep: typeof recurrenceStep;
  }
}
