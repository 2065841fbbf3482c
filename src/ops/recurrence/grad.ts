/** Backpropagation through time (Werbos 1990) for a recurrent layer. */
import { recurrenceBackward as kernel } from '../../../shaders/recurrence/backward.wgsl';
import { type CellName, cells } from '../../../shaders/recurrence/cells';
import { isMultipleOf, multiplyDims } from '../../core/dim';
import { lastDim, type Shape, type TensorType } from '../../core/shape';
import { type Counted, checkCount } from '../../graph/count';
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
import {
  gradInputNames,
  gradOutputNames,
  inputNames,
  named,
  outputNames,
  type RecurrenceAttrs,
  type RecurrenceGradAttrs,
} from './attrs';
import { launchLayer } from './launch';
import { recurrenceOp, rowAt, sizesOf } from './op';
import { stepGradients } from './stepGrad';

function infer(
  inputs: Counted<TensorType, [4, 6]>,
  attrs: RecurrenceGradAttrs,
): Counted<TensorType, [2, 4]> {
  checkCount('recurrenceGrad inputs', inputs, gradInputNames(attrs).length);
  const { batch, length, size } = sizesOf(inputs[0]);
  const { gates, cell: hasCell, splits } = cells[attrs.cell];
  const f32 = (...shape: Shape): TensorType => ({ dtype: 'f32', shape });
  const products = f32(batch, length, multiplyDims(gates, size));
  return [
    products,
    f32(batch, size),
    ...(hasCell ? [f32(batch, size)] : []),
    ...(splits ? [products] : []),
  ];
}

function calls(call: LoweringCall<RecurrenceGradAttrs, [4, 6], [2, 4]>): readonly KernelCall[] {
  const { node } = call;
  const { attrs } = node;
  const [ins, outs] = [gradInputNames(attrs), gradOutputNames(attrs)];
  const sizes = sizesOf(node.inputs[0]);
  const { cell: hasCell, splits } = cells[attrs.cell];
  const { variant, ...launch } = launchLayer(call, attrs.cell, sizes, 'backward');
  const from = (name: string) => input(ins.indexOf(name));
  const to = (name: string) => output(outs.indexOf(name));
  return [
    kernelCall({
      kernel,
      // The backward pass runs in the opposite direction of the layer.
      spec: { ...attrs, reverse: !attrs.reverse, ...variant, aligned: isMultipleOf(sizes.size, 4) },
      operands: [
        from('dy'),
        from('kept'),
        from('weight'),
        ...(attrs.lengths ? [from('lengths')] : []),
        to('dproducts'),
        to('direct'),
        ...(hasCell ? [to('dcell')] : []),
        ...(splits ? [to('dx')] : []),
      ],
      ...launch,
    }),
  ];
}

export const recurrenceGradOp = defineOp<RecurrenceGradAttrs, [4, 6], [2, 4]>({
  name: 'recurrenceGrad',
  inputs: [4, 6],
  outputs: [2, 4],
  infer,
  lowering: {
    kind: 'kernel',
    calls,
    inPlace: (attrs) => {
      const ins = gradInputNames(attrs);
      const outs = gradOutputNames(attrs);
      return new Map(
        ['direct', 'dcell'].flatMap((name) =>
          outs.includes(name) ? [[outs.indexOf(name), ins.indexOf(name)] as const] : [],
        ),
      );
    },
  },
});

export interface RecurrenceGradInputs {
  /** Gradient of the layer's states [B, L, H]. */
  readonly dy: Tensor;
  /** What the layer saved for the gradient. */
  readonly kept: Tensor;
  readonly weight: Tensor;
  /** Zeros [B, H]. */
  readonly direct: Tensor;
  /** Gradient of the last cell state [B, H] of an LSTM. */
  readonly dcell: Tensor | undefined;
  readonly lengths: Tensor | undefined;
}

export interface RecurrenceGrads {
  /** Gradient of the products of the state [B, L, gates * H], for all steps. */
  readonly dproducts: Tensor;
  /** The part of the first state's gradient that does not go through a product [B, H]. */
  readonly direct: Tensor;
  readonly dcell: Tensor | undefined;
  /** Gradient of the products of the input, where it differs. */
  readonly dx: Tensor | undefined;
}

/** The gradients of a recurrent layer. */
export function recurrenceBackward(
  { dy, kept, weight, direct, dcell, lengths }: RecurrenceGradInputs,
  options: { readonly cell: CellName; readonly reverse: boolean },
): RecurrenceGrads {
  const attrs = { ...options, lengths: lengths !== undefined };
  const optional = [dcell, lengths].filter((t) => t !== undefined);
  const results = applyAll(recurrenceGradOp, [dy, kept, weight, direct, ...optional], attrs);
  const found = named(gradOutputNames(attrs), results);
  return {
    dproducts: found.of('dproducts'),
    direct: found.of('direct'),
    dcell: found.perhaps('dcell'),
    dx: found.perhaps('dx'),
  };
}

function recurrenceGrad({
  ops,
  attrs,
  inputs,
  outputs,
  gradients,
}: GradCall<RecurrenceAttrs, [3, 6], [2, 5]>): readonly (Tensor | undefined)[] {
  const before = named(inputNames(attrs), inputs);
  const after = named(outputNames(attrs), outputs);
  const given = named(outputNames(attrs), gradients).perhaps;
  const [y, weight] = [after.of('y'), before.of('weight')];
  const { batch, length, size } = sizesOf(y);
  const { dproducts, direct, dcell, dx } = ops.recurrenceBackward(
    {
      dy: given('y') ?? ops.zerosLike(y),
      kept: after.of('kept'),
      weight,
      direct: ops.fill([batch, size], 0),
      dcell: cells[attrs.cell].cell ? (given('cell') ?? ops.fill([batch, size], 0)) : undefined,
      lengths: before.perhaps('lengths'),
    },
    { cell: attrs.cell, reverse: attrs.reverse },
  );
  const rows = multiplyDims(batch, length);
  const flat = (tensor: Tensor) => ops.reshape(tensor, [rows, lastDim(tensor)]);
  const dweight = ops.matmul(flat(dproducts), flat(after.of('previous')), {
    transposeA: true,
  });
  const first = rowAt(ops, dproducts, !attrs.reverse);
  const dstate = ops.add(ops.matmul(first, weight), direct);
  const results: Readonly<Record<string, Tensor | undefined>> = {
    x: dx ?? dproducts,
    weight: dweight,
    states: ops.pad(ops.reshape(dstate, [1, batch, size]), { before: [0, 0, 0], after: [1, 0, 0] }),
    cell: dcell,
    bias: ops.sum(dproducts, { axis: [0, 1] }),
  };
  return inputNames(attrs).map((name) => results[name]);
}

export const gradients: readonly GradientEntry[] = [
  gradientOf(recurrenceOp, { rule: recurrenceGrad }),
  gradientOf(recurrenceGradOp, 'none'),
  ...stepGradients,
];

export { recurrenceStepBackward } from './stepGrad';

declare module '../../graph/op' {
  interface OpSet {
    recurrenceBackward: typeof recurrenceBackward;
  }
}
