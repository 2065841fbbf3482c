/** A single step of a recurrent cell, for decoders that compute something else between the steps. */
import { type CellName, cells } from '../../../shaders/recurrence/cells';
import { recurrenceForward } from '../../../shaders/recurrence/forward.wgsl';
import { dimsEqual, isMultipleOf, multiplyDims } from '../../core/dim';
import { defined, ShapeError } from '../../core/errors';
import { formatType, type Shape, type TensorType } from '../../core/shape';
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

export const recurrenceStepOp = defineOp<StepAttrs>({
  name: 'recurrenceStep',
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
  }
}
