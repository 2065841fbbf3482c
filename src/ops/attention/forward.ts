/** The op of attention: one dispatch. */
import { keptOf } from '../../../shaders/attention/statistics';
import type { TensorType } from '../../core/shape';
import { singleCandidate } from '../../graph/choice';
import type { Counted } from '../../graph/count';
import {
  defineOp,
  input,
  type KernelCall,
  type LoweringCall,
  type Operand,
  output,
} from '../../graph/op';
import { type AttentionAttrs, attentionSizes, attentionSpec, columnsOf } from './attrs';
import { checkOptional, checkSources } from './checks';
import { defaultForward, type ForwardVariant } from './variants';

type Types = Counted<TensorType, [1, 8]>;

function infer(inputs: Types, attrs: AttentionAttrs): Counted<TensorType, [2, 3]> {
  checkSources(inputs, attrs);
  checkOptional(inputs, attrs);
  const { heads, weights } = attrs;
  const { batch, queries, keys } = attentionSizes(inputs, attrs);
  const { keptSize } = keptOf(attrs);
  return [
    { dtype: 'f32', shape: [batch, queries, columnsOf(attrs).y] },
    { dtype: 'f32', shape: [batch, heads, queries, ...(keptSize === 1 ? [] : [keptSize])] },
    ...(weights ? [{ dtype: 'f32', shape: [batch, heads, queries, keys] } as const] : []),
  ];
}

function calls(call: LoweringCall<AttentionAttrs, [1, 8], [2, 3]>): readonly KernelCall[] {
  const { node, target, used } = call;
  const { attrs } = node;
  const { batch, queries, keys, strideQ } = attentionSizes(node.inputs, attrs);
  const outputs = { saves: used(1), weights: attrs.weights && used(2) };
  const results: readonly Operand[] = [
    output(0),
    ...(outputs.saves ? [output(1)] : []),
    ...(outputs.weights ? [output(2)] : []),
  ];
  const spec = { ...attentionSpec(attrs), ...outputs };
  const bound = {
    operands: [...node.inputs.map((_, i) => input(i)), ...results],
    params: [batch, queries, keys, strideQ, attrs.stream],
  };
  const sizes = { batch, queries, keys };
  const variant: ForwardVariant = call.choose(
    target.kernels?.attention?.(call, sizes) ??
      singleCandidate('attention', defaultForward(target, attrs, sizes)),
  );
  return [variant(bound, spec, sizes)];
}

/**
 * Outputs: y [B,T,HV], statistics of the scores for the gradient and, with the attribute, weights [B,H,T,S].
 */
export const attentionOp = defineOp<AttentionAttrs, [1, 8], [2, 3]>({
  name: 'attention',
  inputs: [1, 8],
  outputs: [2, 3],
  infer,
  lowering: { kind: 'kernel', calls, optional: () => [1, 2] },
});
