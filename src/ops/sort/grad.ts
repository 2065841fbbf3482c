/** Gradient of sorted values: each is scattered to the position that its value came from. */
import { clear, unsort } from '../../../shaders/sort/backward.wgsl';
import { dimsEqual } from '../../core/dim';
import { dimAt, numberOfElements } from '../../core/shape';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { apply } from '../../graph/node';
import { defineOp, input, type KernelCall, kernelCall, type Node, output } from '../../graph/op';
import { linesOf, withSize } from '../lines';
import { elementGrid } from '../sortedLines';
import type { SortGradAttrs } from './attrs';
import { sortOp } from './op';

function calls({ inputs, types, attrs }: Node<SortGradAttrs, 2, 1>): readonly KernelCall[] {
  const sorted = inputs[0].shape;
  const { size: kept, inner } = linesOf(sorted, attrs.axis);
  const [results, elements] = [numberOfElements(sorted), numberOfElements(types[0].shape)];
  const put = kernelCall({
    kernel: unsort,
    spec: {},
    operands: [input(0), input(1), output(0)],
    params: [results, attrs.size, inner, kept],
    grid: elementGrid(results),
  });
  if (dimsEqual(kept, attrs.size)) return [put];
  const zero = kernelCall({
    kernel: clear,
    spec: {},
    operands: [output(0)],
    params: [elements],
    grid: elementGrid(elements),
  });
  return [zero, put];
}

/** Inputs: the gradient of the values, and the indices. Output: the gradient of x. */
export const sortGradOp = defineOp<SortGradAttrs, 2>({
  name: 'sortGrad',
  inputs: 2,
  infer: ([dvalues], { axis, size }) => [
    { dtype: 'f32', shape: withSize(dvalues.shape, axis, size) },
  ],
  lowering: { kind: 'kernel', calls: ({ node }) => calls(node) },
});

export const gradients: readonly GradientEntry[] = [
  gradientOf(sortOp, {
    rule: ({ attrs: { axis }, inputs: [x], outputs: [, indices], gradients: [dvalues] }) =>
      dvalues === undefined
        ? []
        : [apply(sortGradOp, [dvalues, indices], { axis, size: dimAt(x, axis) })],
  }),
  gradientOf(sortGradOp, 'none'),
];
