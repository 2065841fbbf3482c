/** Gradients of additive attention, as two ops: one through the softmax, one through the scores. */
import {
  attendBackward as attendKernel,
  scoresBackward as scoresKernel,
} from '../../../shaders/additiveAttention/backward.wgsl';
import { defined } from '../../core/errors';
import { type GradCall, type GradientEntry, gradientOf } from '../../graph/gradient';
import { applyAll } from '../../graph/node';
import {
  type Attrs,
  defineOp,
  input,
  kernelCall,
  type LoweringCall,
  output,
  type Tensor,
} from '../../graph/op';
import { teamGrid } from '../rows';
import type { AdditiveAttrs, AttendGradAttrs } from './attrs';
import { additiveAttentionOp } from './op';
import { additiveShape } from './shape';

export const attendGradOp = defineOp<AttendGradAttrs>({
  name: 'attendGrad',
  infer: ([, weights, values]) => [defined(weights, 'weights'), defined(values, 'values')],
  lowering: {
    kind: 'kernel',
    calls: (call) => {
      const { node } = call;
      const values = defined(node.inputs[2], 'values');
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

export const scoresGradOp = defineOp<Attrs>({
  name: 'scoresGrad',
  infer: ([, query, keys]) => {
    const asked = defined(query, 'query');
    return [asked, defined(keys, 'keys'), asked];
  },
  lowering: {
    kind: 'kernel',
    calls: (call: LoweringCall<Attrs>) => {
      const { node } = call;
      const keys = defined(node.inputs[2], 'keys');
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
  const inputs = [dcontext, weights, values, ...(dweights === undefined ? [] : [dweights])];
  const [dscores, dvalues] = applyAll(attendGradOp, inputs, { weights: dweights !== undefined });
  return { dscores: defined(dscores, 'dscores'), dvalues: defined(dvalues, 'dvalues') };
}

/** Gradients of query [B, A], keys [B, S, A] and, for each row on its own, energy [B, A]. */
export function scoresBackward(
  dscores: Tensor,
  query: Tensor,
  keys: Tensor,
  energy: Tensor,
): { readonly dquery: Tensor; readonly dkeys: Tensor; readonly denergy: Tensor } {
  const [dquery, dkeys, denergy] = applyAll(scoresGradOp, [dscores, query, keys, energy], {});
  return {
    dquery: defined(dquery, 'dquery'),
    dkeys: defined(dkeys, 'dkeys'),
    denergy: defined(denergy, 'denergy'),
  };
}

function additiveGrad({
  ops,
  inputs,
  outputs,
  gradients,
}: GradCall<AdditiveAttrs>): readonly (Tensor | undefined)[] {
  const [query, keys, energy, values] = inputs;
  const [context, weights] = outputs;
  const [dcontext, dweights] = gradients;
  if (!query || !keys || !energy || !values || !context || !weights) return [];
  const { dscores, dvalues } = ops.attendBackward(
    dcontext ?? ops.zerosLike(context),
    weights,
    values,
    dweights,
  );
  const { dquery, dkeys, denergy } = ops.scoresBackward(dscores, query, keys, energy);
  return [dquery, dkeys, ops.sum(denergy, { axis: 0 }), dvalues, undefined];
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
