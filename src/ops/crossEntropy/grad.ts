/** Gradient of cross-entropy: one dispatch, from the statistics that the loss saved. */
import { crossEntropyBackward } from '../../../shaders/crossEntropy/backward.wgsl';
import { dimsEqual } from '../../core/dim';
import { numberOfElements } from '../../core/shape';
import { perElement } from '../../graph/cost';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { apply } from '../../graph/node';
import { defineOp, input, kernelCall, output, type Tensor } from '../../graph/op';
import { broadcastOp } from '../movement/op';
import { rowsOf, spreadTeamOf, teamGrid } from '../rows';
import type { CrossEntropyAttrs } from './attrs';
import { crossEntropyOp, specOf } from './op';

/** Inputs: logits, targets, saved statistics, gradient of the loss by row, or one for all rows. */
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
          spec: { team, ...specOf(node.attrs), shared: isSingle(node.inputs[3]), epilogue },
          operands: [input(0), input(1), input(2), input(3), output(0)],
          params: [rows, size],
          grid: teamGrid(rows, team),
        }),
      ];
    },
  },
  cost: ({ types: [dlogits] }) => perElement(4, dlogits?.shape),
});

function isSingle(x: Tensor | undefined): boolean {
  return x !== undefined && dimsEqual(numberOfElements(x.shape), 1);
}

/** What a repeated value repeats: the gradient of a mean is the same for all rows. */
function unrepeated(dloss: Tensor): Tensor {
  const [source] = dloss.node.inputs;
  return dloss.node.op === broadcastOp && source !== undefined && isSingle(source) ? source : dloss;
}

/**
 * The gradient of `crossEntropy` for the logits.
 * @param dloss of every row, or a single value
 */
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
        : [ops.crossEntropyGrad(logits, targets, stats, unrepeated(dloss), attrs)],
  }),
  gradientOf(crossEntropyGradOp, 'none'),
];

declare module '../../graph/op' {
  interface OpSet {
    crossEntropyGrad: typeof crossEntropyGrad;
  }
}
