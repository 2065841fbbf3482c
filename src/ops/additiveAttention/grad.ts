/** Gradients of additive attention, as two ops: one through the softmax, one through the scores. */
import {
  attendBackward as attendKernel,
  scoresBackward as scoresKernel,
} from '../../../shaders/additiveAttention/backward.wgsl';
import { type GradCall, type GradientEntry, gradientOf } from '../../graph/gradient';
import { applyAll } from '../../graph/node';
import { type Attrs, defineOp, input, kernelCall, output, type Tensor } from '../../graph/op';
import { teamGrid } from '../rows';
import type { AdditiveAttrs, AttendGradAttrs } from './attrs';
import { additiveAttentionOp } from './op';
import { additiveShape } from './shape';

export const attendGradOp = defineOp<AttendGradAttrs, [3, 4], 2>({
  name: 'attendGrad',
  inputs: [3, 4],
  outputs: 2,
  infer: ([, weights, values]) => [weights, values],
  lowering: {
    kind: 'kernel',
    calls: (call) => {
      const { node } = call;
      const [, , values] = node.inputs;
      const { team, rows, params } = additiveShape(call, values, values);
      return [
        kernelCall({
          kernel: attendKernel,
          spec: { team, weights: node.attrs.weights },
          operands: [...node.inputs.map((_, i) => input(i)), output(0), output(1)],
          params,
          grid: teamGrid(rows, team),
        }),
      ];
    },
  },
});

export const scoresGradOp = defineOp<Attrs, 4, 3>({
  name: 'scoresGrad',
  inputs: 4,
  outputs: 3,
  infer: ([, query, keys]) => [query, keys, query],
  lowering: {
    kind: 'kernel',
    calls: (call) => {
      const { node } = call;
      const [, , keys] = node.inputs;
      const { team, rows, params } = additiveShape(call, keys, keys);
      return [
        kernelCall({
          kernel: scoresKernel,
          spec: { team },
          operands: [0, 1, 2, 3].map(input).concat([0, 1, 2].map(output)),
          params,
          grid: teamGrid(rows, team),
        }),
      ];
    },
  },
});

/** Gradients of scores [B, S] and values [B, S, D] from those of the context and the weights. */
export function attendBackward(
  dcontext: Tensor,
  weights: Tensor,
  values: Tensor,
  dweights: Tensor | undefined,
): { readonly dscores: Tensor; readonly dvalues: Tensor } {
  const [dscores, dvalues] = applyAll(
    attendGradOp,
    [dcontext, weights, values, ...(dweights === undefined ? [] : [dweights])],
    { weights: dweights !== undefined },
  );
  return { dscores, dvalues };
}

/** Gradients of query [B, A], keys [B, S, A] and, for each row on its own, energy [B, A]. */
export function scoresBackward(
  dscores: Tensor,
  query: Tensor,
  keys: Tensor,
  energy: Tensor,
): { readonly dquery: Tensor; readonly dkeys: Tensor; readonly denergy: Tensor } {
  const [dquery, dkeys, denergy] = applyAll(scoresGradOp, [dscores, query, keys, energy], {});
  return { dquery, dkeys, denergy };
}

function additiveGrad({
  ops,
  inputs,
  outputs,
  gradients,
}: GradCall<AdditiveAttrs, [4, 5], 2>): readonly (Tensor | undefined)[] {
  const [query, keys, energy, values] = inputs;
  const [context, weights] = outputs;
  const [dcontext, dweights] = gradients;
  const { dscores, dvalues } = ops.attendBackward(
    dcontext ?? ops.zerosLike(context),
    weights,
    values,
    dweights,
  );
  const { dquery, dkeys, denergy } = ops.scoresBackward(dscores, query, keys, energy);
  return [dquery, dkeys, ops.sum(denergy, { axis: 0 }), dvalues];
}

export const gradients: readonly GradientEntry[] = [
  gradientOf(additiveAttentionOp, { rule: additiveGrad }),
  gradientOf(attendGradOp, 'none'),
  gradientOf(scoresGradOp, 'none'),
];

declare module '../../graph/op' {
  interface OpSet {
    attendBackward: typeof attendBackward;
    scoresBackward: typeof scoresBackward;
  }
}
