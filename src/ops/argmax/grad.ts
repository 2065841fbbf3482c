/** Gradient of the k largest values. The indices have none. */
import { topKGrad } from '../../../shaders/argmax/topK.wgsl';
import { lastDim } from '../../core/shape';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { apply } from '../../graph/node';
import { defineOp, input, kernelCall, output } from '../../graph/op';
import { rowsOf, spreadTeamOf, teamGrid } from '../rows';
import type { TopKGradAttrs } from './attrs';
import { argmaxOp } from './op';
import { topKOp } from './topK';

/** Inputs: the gradient of the values, and the indices. Output: the gradient of x. */
export const topKGradOp = defineOp<TopKGradAttrs, 2>({
  name: 'topKGrad',
  inputs: 2,
  infer: ([dvalues], { size }) => [{ dtype: 'f32', shape: [...dvalues.shape.slice(0, -1), size] }],
  lowering: {
    kind: 'kernel',
    calls: (call) => {
      const { node } = call;
      const shape = node.types[0].shape;
      const { rows, size } = rowsOf(shape);
      const team = spreadTeamOf(call, shape, { wide: false });
      return [
        kernelCall({
          kernel: topKGrad,
          spec: { team, k: Number(lastDim(node.inputs[0])) },
          operands: [input(0), input(1), output(0)],
          params: [rows, size],
          grid: teamGrid(rows, team),
        }),
      ];
    },
  },
});

export const gradients: readonly GradientEntry[] = [
  gradientOf(argmaxOp, 'none'),
  gradientOf(topKOp, {
    rule: ({ inputs: [x], outputs: [, indices], gradients: [dvalues] }) =>
      dvalues === undefined ? [] : [apply(topKGradOp, [dvalues, indices], { size: lastDim(x) })],
  }),
  gradientOf(topKGradOp, 'none'),
];
