/** Gradient of attention: two to four dispatches that recompute the weights. */
import {
  attentionDelta,
  attentionGradKeys,
  attentionGradQueries,
  attentionStats,
} from '../../../shaders/attention/backward.wgsl';
import { multiplyDims } from '../../core/dim';
import type { TensorType } from '../../core/shape';
import { type GradientEntry, gradientOf } from '../../graph/gradient';
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
import { STORAGE_BINDINGS } from '../../graph/target';
import {
  type AttentionAttrs,
  attentionSizes,
  attentionSpec,
  optionalInputs,
  productFlops,
  SOURCE_COUNT,
} from './attrs';
import { attentionOp } from './op';
import { gradientTile, LONE_TILE, tileGrid } from './variants';

function infer(inputs: readonly TensorType[], attrs: AttentionAttrs): readonly TensorType[] {
  const { packing, heads, size } = attrs;
  if (packing === 'qkv') return inputs.slice(0, 1);
  const { batch, queries } = attentionSizes(inputs, attrs);
  const dq: TensorType = { dtype: 'f32', shape: [batch, queries, heads * size] };
  return [dq, ...inputs.slice(1, SOURCE_COUNT[packing])];
}

/** Inputs: those of attention, y, lse, dy and, where the attribute says, dweights. */
export const attentionGradOp = defineOp<AttentionAttrs>({
  name: 'attentionGrad',
  infer,
  lowering: {
    kind: 'kernel',
    calls,
    scratch: ({ inputs, attrs }) => {
      const { batch, queries } = attentionSizes(inputs, attrs);
      return [{ dtype: 'f32', shape: [batch, attrs.heads, queries, 2] }];
    },
  },
  // Scores and gradients of the weights, then of queries, keys and values: a product each.
  cost: ({ inputs, attrs }) => ({ flops: multiplyDims(5, productFlops(inputs, attrs)) }),
});

function calls(call: LoweringCall<AttentionAttrs>): readonly KernelCall[] {
  const { node } = call;
  const { attrs, inputs } = node;
  const { batch, queries, keys, strideQ } = attentionSizes(inputs, attrs);
  const places = inputs.map((_, i) => input(i));
  const count = SOURCE_COUNT[attrs.packing];
  const { end, lengths, padding, offset } = optionalInputs(places, attrs);
  const sources = places.slice(0, end);
  const [y, saved, dy] = [input(end), input(end + 1), input(end + 2)];
  const extra = attrs.weights ? [input(end + 3)] : [];
  const masks = [lengths, padding, offset].filter((operand) => operand !== undefined);
  const shared = { ...attentionSpec(attrs), weights: attrs.weights, ownStats: false };
  // With y, saved, dy, the statistics and the result.
  const ownStats = !attrs.weights && end + 5 <= STORAGE_BINDINGS;
  const params = [batch, queries, keys, strideQ, attrs.stream];
  const byRow = tileGrid(LONE_TILE, batch, queries, attrs.heads);
  const byQuery = gradientTile('queries', call, { batch, queries, keys });
  const byKey = gradientTile('keys', call, { batch, queries, keys });
  const lone = { ...shared, tile: LONE_TILE };
  const delta = kernelCall({
    kernel: attentionDelta,
    spec: lone,
    operands: [...sources.slice(0, Math.min(count, 2)), ...masks, ...extra, scratch(0)],
    params,
    grid: byRow,
  });
  // Packed gradients are columns of the same output; one dispatch may bind it only once.
  const results = { qkv: [output(0)], kv: [output(1)], none: [output(1), output(2)] };
  const stats = kernelCall({
    kernel: attentionStats,
    spec: lone,
    operands: [y, dy, saved, scratch(0)],
    params,
    grid: byRow,
  });
  const statistics = ownStats ? [y, saved, scratch(0)] : [scratch(0)];
  return [
    ...(ownStats ? [] : [stats]),
    ...(attrs.weights ? [delta] : []),
    kernelCall({
      kernel: attentionGradQueries,
      spec: { ...shared, ownStats, tile: byQuery },
      operands: [...sources, ...statistics, dy, ...extra, output(0)],
      params,
      grid: tileGrid(byQuery, batch, queries, attrs.heads),
    }),
    kernelCall({
      kernel: attentionGradKeys,
      spec: { ...shared, tile: byKey },
      operands: [...sources, scratch(0), dy, ...extra, ...results[attrs.packing]],
      params,
      grid: tileGrid(byKey, batch, keys, attrs.heads),
    }),
  ];
}

/**
 * Gradients of the packed inputs of an attention with these attributes; that of queries has E
 * columns even where the queries are wider.
 */
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

export const gradients: readonly GradientEntry[] = [
  gradientOf(attentionOp, {
    rule: ({ ops, attrs, inputs, outputs: [y, saved], gradients: [dy, , dweights] }) => {
      if (y === undefined || saved === undefined) return [];
      const given = dy ?? ops.zerosLike(y);
      const grads = ops.attentionGrad(attrs, inputs, y, saved, given, dweights);
      const [dq, ...others] = grads;
      const [columns, own] = [inputs[0]?.shape[2], dq?.shape[2]];
      if (dq === undefined || attrs.packing === 'qkv' || columns === own) return grads;
      // Wider queries: the columns that were not read have no gradient.
      return [
        ops.pad(dq, { before: [0, 0, 0], after: [0, 0, Number(columns) - Number(own)] }),
        ...others,
      ];
    },
  }),
  gradientOf(attentionGradOp, 'none'),
];

declare module '../../graph/op' {
  interface OpSet {
    attentionGrad: typeof attentionGrad;
  }
}
