/** Additive attention (Bahdanau et al. 2015): one query for each batch row, over the keys of that row. */
import {
  type AdditiveSpec,
  additiveForward,
} from '../../../shaders/additiveAttention/forward.wgsl';
import { type Dim, dimsEqual } from '../../core/dim';
import { DTypeError, defined, ShapeError } from '../../core/errors';
import { formatType, type TensorType } from '../../core/shape';
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
import { teamGrid } from '../rows';
import type { AdditiveAttrs } from './attrs';
import { additiveShape } from './shape';

function infer(inputs: readonly TensorType[], { lengths }: AdditiveAttrs): readonly TensorType[] {
  const [query, keys, energy, values, seen] = inputs;
  if (
    inputs.slice(0, 4).some((type) => type.dtype !== 'f32') ||
    (lengths && seen?.dtype !== 'i32')
  ) {
    const found = inputs.map(formatType).join(', ');
    throw new DTypeError(`additiveAttention: expected f32 tensors and i32 lengths, found ${found}`);
  }
  const [batch = 1, count = 1, size = 1] = keys?.shape ?? [];
  const valueSize = values?.shape[2] ?? 1;
  const fits = (type: TensorType | undefined, ...shape: readonly Dim[]) =>
    type?.shape.length === shape.length && shape.every((d, i) => dimsEqual(d, type.shape[i] ?? -1));
  const right =
    fits(keys, batch, count, size) &&
    fits(query, batch, size) &&
    fits(energy, size) &&
    fits(values, batch, count, valueSize) &&
    (!lengths || fits(seen, batch));
  if (!right) {
    throw new ShapeError(
      'additiveAttention: expected query [B, A], keys [B, S, A], energy [A], values [B, S, D] and ' +
        `lengths [B], found ${inputs.map(formatType).join(', ')}`,
    );
  }
  return [
    { dtype: 'f32', shape: [batch, valueSize] },
    { dtype: 'f32', shape: [batch, count] },
  ];
}

function calls(call: LoweringCall<AdditiveAttrs>): readonly KernelCall[] {
  const { node } = call;
  const [, keys, , values] = node.inputs;
  const { team, rows, params } = additiveShape(
    call,
    defined(keys, 'keys'),
    defined(values, 'values'),
  );
  const spec: AdditiveSpec = { team, lengths: node.attrs.lengths };
  return [
    kernelCall({
      kernel: additiveForward,
      spec,
      operands: [...node.inputs.map((_, i) => input(i)), output(0), output(1)],
      params,
      grid: teamGrid(rows, team),
    }),
  ];
}

/** Outputs: context and weights. Both are always written. */
export const additiveAttentionOp = defineOp<AdditiveAttrs>({
  name: 'additiveAttention',
  infer,
  lowering: { kind: 'kernel', calls },
});

/**
 * Additive attention: weights = softmax over s of energy . tanh(query + keys[s]); context = sum over s of
 * weights[s] * values[s] (Bahdanau et al. 2015, eq. 5 and 6, appendix A.1.2).
 * @param query projected state [B, A]  @param keys projected keys [B, S, A]  @param energy [A]
 * @param values [B, S, D]
 * @param lengths i32 [B]: keys at or past it are hidden. A row without visible keys yields zeros.
 * @throws ShapeError, DTypeError when they do not fit together
 */
export function additiveAttention(
  query: Tensor,
  keys: Tensor,
  energy: Tensor,
  values: Tensor,
  lengths?: Tensor,
): { readonly context: Tensor; readonly weights: Tensor } {
  const inputs = [query, keys, energy, values, ...(lengths === undefined ? [] : [lengths])];
  const [context, weights] = applyAll(additiveAttentionOp, inputs, {
    lengths: lengths !== undefined,
  });
  return { context: defined(context, 'context'), weights: defined(weights, 'weights') };
}

declare module '../../graph/op' {
  interface OpSet {
    additiveAttention: typeof additiveAttention;
  }
}
