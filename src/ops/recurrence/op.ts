/** Recurrent layers over whole sequences: LSTM, GRU and Elman networks. */
import { type CellName, cells } from '../../../shaders/recurrence/cells';
import { recurrenceForward } from '../../../shaders/recurrence/forward.wgsl';
import { isMultipleOf, multiplyDims, subtractDims } from '../../core/dim';
import { checkOptions, DTypeError, ShapeError } from '../../core/errors';
import {
  dims,
  formatType,
  type Shape,
  type Shaped,
  shapesEqual,
  type TensorType,
} from '../../core/shape';
import { type Counted, checkCount } from '../../graph/count';
import { applyAll } from '../../graph/node';
import {
  defineOp,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type OpSet,
  output,
  type Tensor,
} from '../../graph/op';
import { add } from '../binary/op';
import { fill } from '../fill/op';
import { pad, slice } from '../movement/op';
import { reshape } from '../view/op';
import { inputNames, named, outputNames, type RecurrenceAttrs } from './attrs';
import { type LayerSizes, launchLayer } from './launch';

/** @param y [B, L, H] */
export function sizesOf(y: Shaped): LayerSizes {
  const [batch, length, size] = dims(y, 3, 'recurrence');
  return { batch, length, size };
}

function infer(
  inputs: Counted<TensorType, [3, 6]>,
  attrs: RecurrenceAttrs,
): Counted<TensorType, [2, 5]> {
  const { cell } = attrs;
  const { gates, cell: hasCell, saved } = cells[cell];
  const names = inputNames(attrs);
  checkCount('recurrence inputs', inputs, names.length);
  const found = named(names, inputs);
  const [x, weight] = inputs;
  const [batch, length] = dims(x, 3, `recurrence: x of ${cell}`);
  const [, size] = dims(weight, 2, `recurrence: weight of ${cell}`);
  const wide = multiplyDims(gates, size);
  const expect = (name: string, dtype: TensorType['dtype'], shape: Shape): void => {
    const type = found.perhaps(name);
    if (type === undefined) return;
    const text = `recurrence: ${name} of ${cell} must be ${formatType({ dtype, shape })}`;
    if (type.dtype !== dtype) throw new DTypeError(`${text}, found ${formatType(type)}`);
    if (!shapesEqual(shape, type.shape)) {
      throw new ShapeError(`${text}, found ${formatType(type)}; does it belong to this layer?`);
    }
  };
  expect('x', 'f32', [batch, length, wide]);
  expect('weight', 'f32', [wide, size]);
  expect('states', 'f32', [2, batch, size]);
  expect('cell', 'f32', [batch, size]);
  expect('bias', 'f32', [wide]);
  expect('lengths', 'i32', [batch]);
  const f32 = (...shape: Shape): TensorType => ({ dtype: 'f32', shape });
  return [
    f32(batch, length, size),
    f32(2, batch, size),
    ...(hasCell ? [f32(batch, size)] : []),
    f32(batch, length, size),
    f32(batch, length, multiplyDims(saved, size)),
  ];
}

function calls(call: LoweringCall<RecurrenceAttrs, [3, 6], [2, 5]>): readonly KernelCall[] {
  const { node } = call;
  const { attrs } = node;
  const [ins, outs] = [inputNames(attrs), outputNames(attrs)];
  const sizes = sizesOf(node.types[0]);
  const { cell: hasCell } = cells[attrs.cell];
  const { variant, ...launch } = launchLayer(call, attrs.cell, sizes, 'forward');
  const used = (name: string) => call.used(outs.indexOf(name));
  const spec = {
    ...attrs,
    ...variant,
    aligned: isMultipleOf(sizes.size, 4),
    previous: used('previous'),
    keep: used('kept'),
    single: false,
  };
  const from = (name: string) => input(ins.indexOf(name));
  const to = (name: string) => output(outs.indexOf(name));
  return [
    kernelCall({
      kernel: recurrenceForward,
      spec,
      operands: [
        from('x'),
        from('weight'),
        ...(attrs.bias ? [from('bias')] : []),
        ...(attrs.lengths ? [from('lengths')] : []),
        to('states'),
        ...(hasCell ? [to('cell')] : []),
        to('y'),
        ...(spec.previous ? [to('previous')] : []),
        ...(spec.keep ? [to('kept')] : []),
      ],
      ...launch,
    }),
  ];
}

/** The pairs of outputs and inputs with the same name: those are updated in place. */
export function sameNames(
  outputs: readonly string[],
  inputs: readonly string[],
): ReadonlyMap<number, number> {
  return new Map(
    outputs.flatMap((name, i): (readonly [number, number])[] => {
      const at = inputs.indexOf(name);
      return at < 0 ? [] : [[i, at]];
    }),
  );
}

export const recurrenceOp = defineOp<RecurrenceAttrs, [3, 6], [2, 5]>({
  name: 'recurrence',
  inputs: [3, 6],
  outputs: [2, 5],
  infer,
  lowering: {
    kind: 'kernel',
    calls,
    optional: (attrs) => ['previous', 'kept'].map((name) => outputNames(attrs).indexOf(name)),
    inPlace: (attrs) => sameNames(outputNames(attrs), inputNames(attrs)),
  },
});

/** The first or the last row [B, C] of [B, L, C]. */
export function rowAt(ops: Pick<OpSet, 'slice' | 'reshape'>, rows: Tensor, first: boolean): Tensor {
  const [batch, length, columns] = dims(rows, 3, 'rows');
  const row =
    first || length === 1
      ? ops.slice(rows, { starts: [0, 0, 0], ends: [batch, 1, columns] })
      : ops.slice(rows, {
          starts: [0, subtractDims(length, 1), 0],
          ends: [batch, length, columns],
        });
  return ops.reshape(row, [batch, columns]);
}

/** The state of a recurrent cell. */
export interface RecurrenceState {
  /** [B, H]; zeros by default. */
  readonly hidden?: Tensor | undefined;
  /** [B, H], for an LSTM. */
  readonly cell?: Tensor | undefined;
}

/** Options of a recurrent layer. */
export interface RecurrenceOptions {
  readonly reverse?: boolean;
  /** Bias [gates * H] of the products of the state: PyTorch's bias_hh. */
  readonly bias?: Tensor | undefined;
  /** i32 [B]: past its length, a row keeps its state. */
  readonly lengths?: Tensor | undefined;
  readonly initial?: RecurrenceState | undefined;
}

/** The results of a recurrent layer. */
export interface RecurrenceResult {
  /** The state after each step [B, L, H]; past a row's length, its last state. */
  readonly y: Tensor;
  /** States after the last step of each row. */
  readonly final: { readonly hidden: Tensor; readonly cell: Tensor | undefined };
  /**
   * What the backward pass reads, side by side [B, L, saved * H]: for an LSTM i, f, g, o and the cell state
   * before the step; for a GRU r, z, n, the product of the state for n, and the state before the step. Not
   * stored unless used.
   */
  readonly kept: Tensor;
}

/**
 * A recurrent layer over whole sequences, in PyTorch's gate order (LSTM i, f, g, o; GRU r, z, n with the reset
 * gate after the product).
 * @param x products of the inputs with their weights, plus bias [B, L, gates * H]
 * @param weight of the state [gates * H, H]
 * @throws ShapeError, DTypeError when a tensor does not fit the others
 */
export function recurrence(
  cell: CellName,
  x: Tensor,
  weight: Tensor,
  options: RecurrenceOptions = {},
): RecurrenceResult {
  checkOptions('recurrence', options, ['reverse', 'bias', 'lengths', 'initial']);
  const { reverse = false, bias, lengths, initial = {} } = options;
  const [batch] = dims(x, 3, 'recurrence: x');
  const [, size] = dims(weight, 2, 'recurrence: weight');
  const { cell: hasCell, splits } = cells[cell];
  // Where the products of input and state are only added, the bias is added to those of the input: this saves a
  // binding.
  const folds = bias !== undefined && !splits;
  const own = folds ? undefined : bias;
  const states =
    initial.hidden === undefined
      ? fill([2, batch, size], 0)
      : pad(reshape(initial.hidden, [1, batch, size]), { before: [0, 0, 0], after: [1, 0, 0] });
  const attrs = { cell, reverse, bias: own !== undefined, lengths: lengths !== undefined };
  const optional = [
    hasCell ? (initial.cell ?? fill([batch, size], 0)) : undefined,
    own,
    lengths,
  ].filter((tensor) => tensor !== undefined);
  const inputs = [folds ? add(x, bias) : x, weight, states, ...optional] as const;
  const result = named(outputNames(attrs), applyAll(recurrenceOp, inputs, attrs));
  const y = result.of('y');
  return {
    y,
    final: { hidden: rowAt({ slice, reshape }, y, reverse), cell: result.perhaps('cell') },
    kept: result.of('kept'),
  };
}

export { recurrenceStep } from './step';

declare module '../../graph/op' {
  interface OpSet {
    recurrence: typeof recurrence;
  }
}
