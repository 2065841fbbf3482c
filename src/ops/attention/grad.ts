/** Gradient of attention: three dispatches that recompute the weights. */
import {
  attentionGradKeys,
  attentionGradQueries,
  attentionStats,
} from '../../../shaders/attention/backward.wgsl';
import { applyAll } from '../../graph/node';
import {
  defineOp,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  output,
  scratch,
  type Tensor,
} from '../../graph/op';
import { attentionGradReference } from './gradReference';
import { type AttentionAttrs, attentionSizes, attentionSpec, headRows } from './op';

/** Inputs: those of attention, y, lse, dy and, where the attribute says, dweights. */
export const attentionGradOp = defineOp<AttentionAttrs>({
  name: 'attentionGrad',
  infer: (inputs, { packing }) => inputs.slice(0, packing === 'kv' ? 2 : 1),
  grad: 'none',
  lowering: {
    kind: 'kernel',
    calls,
    scratch: ({ inputs, attrs }) => {
      const { batch, queries } = attentionSizes(inputs, attrs);
      return [{ dtype: 'f32', shape: [batch, attrs.heads, queries, 2] }];
    },
  },
  reference: attentionGradReference,
});

function calls({ node }: LoweringCall<AttentionAttrs>): readonly KernelCall[] {
  const { attrs, inputs } = node;
  const { batch, queries, keys, strideQ } = attentionSizes(inputs, attrs);
  const own = inputs.length - (attrs.weights ? 4 : 3);
  const sources = inputs.slice(0, own).map((_, i) => input(i));
  const [y, saved, dy, dweights] = [own, own + 1, own + 2, own + 3].map(input);
  if (y === undefined || saved === undefined || dy === undefined || dweights === undefined)
    return [];
  const extra = attrs.weights ? [dweights] : [];
  const spec = { ...attentionSpec(attrs), weights: attrs.weights };
  const params = [batch, queries, keys, strideQ, attrs.stream];
  const byQuery = headRows(batch, queries, attrs.heads);
  const results = attrs.packing === 'kv' ? [output(0), output(1)] : [output(0), output(0)];
  const [dq = output(0), dkv = output(0)] = results;
  return [
    kernelCall({
      kernel: attentionStats,
      spec,
      operands: [...(attrs.weights ? sources : []), y, dy, saved, ...extra, scratch(0)],
      params,
      grid: byQuery,
    }),
    kernelCall({
      kernel: attentionGradQueries,
      spec,
      operands: [...sources, scratch(0), dy, ...extra, dq],
      params,
      grid: byQuery,
    }),
    kernelCall({
      kernel: attentionGradKeys,
      spec,
      operands: [...sources, scratch(0), dy, ...extra, dkv],
      params,
      grid: headRows(batch, keys, attrs.heads),
    }),
  ];
}

/** Gradients of the packed inputs of an attention with these attributes. */
export function attentionGrad(
  attrs: AttentionAttrs,
  inputs: readonly Tensor[],
  y: Tensor,
  saved: Tensor,
  dy: Tensor,
  dweights: Tensor | undefined,
): readonly Tensor[] {
  const extra = dweights === undefined ? [] : [dweights];
  const weights = dweights !== undefined;
  return applyAll(attentionGradOp, [...inputs, y, saved, dy, ...extra], { ...attrs, weights });
}

declare module '../../graph/op' {
  interface OpSet {
    attentionGrad: typeof attentionGrad;
  }
}
