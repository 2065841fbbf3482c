import { defined } from '../../core/errors';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
import { apply } from '../../graph/node';
import { defineOp, input } from '../../graph/op';
import { gatherCalls } from '../gather/op';
import type { ScatterGradAttrs } from './attrs';
import { scatterOp } from './op';

/**
 * Inputs: the gradient of the result, the indices, and for each element of x the position of the update that
 * replaced it.
 */
export const scatterGradOp = defineOp<ScatterGradAttrs, 3>({
  name: 'scatterGrad',
  inputs: 3,
  infer: ([, indices]) => [{ dtype: 'f32', shape: indices.shape }],
  lowering: {
    kind: 'kernel',
    epilogue: true,
    calls: (call) => gatherCalls(call, call.node.attrs.axis, input(2)),
  },
});

export const gradients: readonly GradientEntry[] = [
  gradientOf(scatterOp, {
    rule: ({ ops, attrs: { axis, add }, inputs: [, indices], outputs, gradients: [dy] }) => {
      if (dy === undefined) return [];
      if (add) return [dy, undefined, ops.gather(dy, indices, { axis })];
      const winners = defined(outputs[1], 'winners');
      const isKept = ops.less(winners, ops.zerosLike(winners));
      return [
        ops.where(isKept, dy, ops.zerosLike(dy)),
        undefined,
        apply(scatterGradOp, [dy, indices, winners], { axis }),
      ];
    },
  }),
  gradientOf(scatterGradOp, 'none'),
];
