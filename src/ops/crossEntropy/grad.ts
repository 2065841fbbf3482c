/** Gradient of cross-entropy: one dispatch, from the statistics that the loss saved. */
import { crossEntropyBackward } from '../../../shaders/crossEntropy/backward.wgsl';
import { dimsEqual } from '../../core/dim';
import { numberOfElements } from '../../core/shape';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { apply } from '../../graph/node';
import { defineOp, input, kernelCall, output, type Tensor } from '../../graph/op';
import { broadcastOp } from '../movement/op';
import { rowsOf, spreadTeamOf, teamGrid } from '../rows';
import type { CrossEntropyAttrs } from './attrs';
import { crossEntropyOp, specOf } from './op';

/**
 * Inputs: logits, targets, saved statistics, the gradient of the loss (for each row, or one for all), class
 * weights.
 */
export const crossEntropyGradOp = defineOp<CrossEntropyAttrs, [4, 5]>({
  name: 'crossEntropyGrad',
  inputs: [4, 5],
  infer: ([logits]) => [logits],
  lowering: {
    kind: 'kernel',
    epilogue: true,
    calls: (call) => {
      const { node, epilogue } = call;
      const shape = node.inputs[0].shape;
      const { rows, size } = rowsOf(shape);
      const team = spreadTeamOf(call, shape);
      const weighted = node.inputs.length > 4;
      const shared = isSingle(node.inputs[3]);
      return [
        kernelCall({
          kernel: crossEntropyBackward,
          spec: { team, ...specOf(node.attrs), weighted, shared, epilogue },
          operands: [...node.inputs.map((_, i) => input(i)), output(0)],
          params: [rows, size],
          grid: teamGrid(rows, team),
        }),
      ];
    },
  },
});

function isSingle(x: Tensor): boolean {
  return dimsEqual(numberOfElements(x.shape), 1);
}

/** The value that a broadcast repeats: the gradient of a mean is the same for all rows. */
function unrepeated(dloss: Tensor): Tensor {
  const [source] = dloss.node.inputs;
  return dloss.node.op === broadcastOp && source !== undefined && isSingle(source) ? source : dloss;
}

/**
 * The gradient of `crossEntropy` for the logits.
 * @param dloss for each row, or a single value
 * @param weights of the classes, where the loss had them
 */
export function crossEntropyGrad(
  logits: Tensor,
  targets: Tensor,
  stats: Tensor,
  dloss: Tensor,
  attrs: CrossEntropyAttrs,
  weights?: Tensor,
): Tensor {
  const optional = weights === undefined ? [] : [weights];
  return apply(crossEntropyGradOp, [logits, targets, stats, dloss, ...optional], attrs);
}

export const gradients: readonly GradientEntry[] = [
  gradientOf(crossEntropyOp, {
    rule: ({ ops, attrs, inputs, outputs: [, stats], gradients: [dloss] }) => {
      const [logits, targets, weights] = inputs;
      if (dloss === undefined) return [];
      return [ops.crossEntropyGrad(logits, targets, stats, unrepeated(dloss), attrs, weights)];
    },
  }),
  gradientOf(crossEntropyGradOp, 'none'),
];

declare module '../../graph/op' {
  interface OpSet {
    crossEntropyGrad: typeof crossEntropyGrad;
  }
}
