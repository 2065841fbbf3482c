/** What an application of attention is: its attributes, how its inputs lie, its sizes. */
import type { AttentionSpec, Packing } from '../../../shaders/attention/spec';
import { type Dim, multiplyDims } from '../../core/dim';
import type { TensorType } from '../../core/shape';
import { dropThreshold } from '../dropout/op';

export type AttentionAttrs = {
  readonly heads: number;
  /** Channels of a head. */
  readonly size: number;
  readonly scale: number;
  readonly causal: boolean;
  /** Inputs begin with [B,T,3E] ('qkv'), [B,T,>=E] and [B,S,2E] ('kv'), or q, k and v ('none'). */
  readonly packing: Packing;
  /** Which optional inputs follow, in this order. */
  readonly lengths: boolean;
  readonly padding: boolean;
  readonly offset: boolean;
  readonly dropRate: number;
  readonly stream: number;
  /** Also give the weights. */
  readonly weights: boolean;
};

/** How many inputs hold queries, keys and values. */
export const SOURCE_COUNT: Readonly<Record<Packing, number>> = { qkv: 1, kv: 2, none: 3 };

/** The optional inputs by name, among those that follow the sources. */
export function optionalInputs<T>(inputs: readonly T[], attrs: AttentionAttrs) {
  let next = SOURCE_COUNT[attrs.packing];
  const take = (present: boolean): T | undefined => (present ? inputs[next++] : undefined);
  return {
    lengths: take(attrs.lengths),
    padding: take(attrs.padding),
    offset: take(attrs.offset),
    key: take(attrs.dropRate > 0),
    /** Number of the first input after them. */
    end: next,
  };
}

/** The sizes of an application. */
export function attentionSizes(inputs: readonly TensorType[], attrs: AttentionAttrs) {
  const keys = inputs[attrs.packing === 'qkv' ? 0 : 1]?.shape ?? [];
  const [batch = 1, queries = 1, strideQ = 1] = inputs[0]?.shape ?? [];
  return { batch, queries, keys: keys[1] ?? 1, strideQ };
}

/** Operations of one product over all pairs of a query and a key, hidden ones included. */
export function productFlops(inputs: readonly TensorType[], attrs: AttentionAttrs): Dim {
  const { batch, queries, keys } = attentionSizes(inputs, attrs);
  return [2 * attrs.heads * attrs.size, batch, queries, keys].reduce(multiplyDims);
}

/** The specialisation that forward and backward share. */
export function attentionSpec(attrs: AttentionAttrs): AttentionSpec {
  const { weights: _weights, stream: _stream, ...spec } = attrs;
  return { ...spec, dropThreshold: dropThreshold(attrs.dropRate) };
}
