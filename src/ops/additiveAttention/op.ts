/** Additive attention (Bahdanau et al. 2015): one query for each batch row, over the keys of that row. */
import {
  type AdditiveSpec,
  additiveForward,
} from '../../../shaders/additiveAttention/forward.wgsl';
import { DTypeError, ShapeError } from '../../core/errors';
import { dims, formatType, type Shape, shapesEqual, type TensorType } from '../../core/shape';
import { type Counted, checkCount } from '../../graph/count';
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

type Types = Counted<TensorType, [4, 5]>;

function infer(inputs: Types, { lengths }: AdditiveAttrs): Counted<TensorType, 2> {
  checkCount('additiveAttention inputs', inputs, lengths ? 5 : 4);
  const [query, keys, energy, values, seen] = inputs;
  if (
    inputs.slice(0, 4).some((type) => type.dtype !== 'f32') ||
    (lengths && seen?.dtype !== 'i32')
  ) {
    const found = inputs.map(formatType).join(', ');
    throw new DTypeError(`additiveAttention: expected f32 tensors and i32 lengths, found ${found}`);
  }
  const [batch, count, size] = dims(keys, 3, 'additiveAttention: keys');
  const [, , valueSize] = dims(values, 3, 'additiveAttention: values');
  const fits = (type: TensorType, ...shape: Shape) => shapesEqual(type.shape, shape);
  const right =
    fits(query, batch, size) &&
    fits(energy, size) &&
    fits(values, batch, count, valueSize) &&
    (seen === undefined || fits(seen, batch));
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

function calls(call: LoweringCall<AdditiveAttrs, [4, 5], 2>): readonly KernelCall[] {
  const { node } = call;
  const [, keys, , values] = node.inputs;
  const { team, rows, params } = additiveShape(call, keys, values);
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
export const additiveAttentionOp = defineOp<AdditiveAttrs, [4, 5], 2>({
  name: 'additiveAttention',
  inputs: [4, 5],
  outputs: 2,
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
  const [context, weights] = applyAll(
    additiveAttentionOp,
    [query, keys, energy, values, ...(lengths === undefined ? [] : [lengths])],
    { lengths: lengths !== undefined },
  );
  return { context, weights };
}

declare module '../../graph/op' {
  interface OpSet {
    additiveAttention: typeof additiveAttention;
  }
}
