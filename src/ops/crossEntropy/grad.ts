/** Gradient of cross-entropy: one dispatch, from the statistics that the loss saved. */
import { crossEntropyBackward } from '../../../shaders/crossEntropy/backward.wgsl';
import { perElement } from '../../graph/cost';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { apply } from '../../graph/node';
import { defineOp, input, kernelCall, output, type Tensor } from '../../graph/op';
import { rowsOf, spreadTeamOf, teamGrid } from '../rows';
import type { CrossEntropyAttrs } from './attrs';
import { crossEntropyOp, specOf } from './op';

/** Inputs: logits, targets, saved statistics, gradient of the loss by row. */
export const crossEntropyGradOp = defineOp<CrossEntropyAttrs>({
  name: 'crossEntropyGrad',
  infer: ([logits]) => (logits === undefined ? [] : [logits]),
  lowering: {
    kind: 'kernel',
    epilogue: true,
    calls: (call) => {
      const { node, epilogue } = call;
      const shape = node.inputs[0]?.shape ?? [];
      const { rows, size } = rowsOf(shape);
      const team = spreadTeamOf(call, shape);
      return [
        kernelCall({
          kernel: crossEntropyBackward,
          spec: { team, ...specOf(node.attrs), epilogue },
          operands: [input(0), input(1), input(2), input(3), output(0)],
          params: [rows, size],
          grid: teamGrid(rows, team),
        }),
      ];
    },
  },
  cost: ({ types: [dlogits] }) => perElement(4, dlogits?.shape),
});

/** The gradient of `crossEntropy` for the logits. */
export function crossEntropyGrad(
  logits: Tensor,
  targets: Tensor,
  stats: Tensor,
  dloss: Tensor,
  attrs: CrossEntropyAttrs,
): Tensor {
  return apply(crossEntropyGradOp, [logits, targets, stats, dloss], attrs);
}

export const gradients: readonly GradientEntry[] = [
  gradientOf(crossEntropyOp, {
    rule: ({ ops, attrs, inputs: [logits, targets], outputs: [, stats], gradients: [dloss] }) =>
      logits === undefined || targets === undefined || stats === undefined || dloss === undefined
        ? []
        : [ops.crossEntropyGrad(logits, targets, stats, dloss, attrs)],
  }),
  gradientOf(crossEntropyGradOp, 'none'),
];

declare module '../../graph/op' {
  interface OpSet {
    crossEntropyGrad: typeof crossEntropyGrad;
  }
}
