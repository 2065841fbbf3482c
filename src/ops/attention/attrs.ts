/** The attributes of attention, the order of its inputs, and the sizes that follow from them. */
import type { AttentionSpec, Offset, Packing, PairAxes } from '../../../shaders/attention/spec';
import { addDims, type Dim, multiplyDims } from '../../core/dim';
import { defined } from '../../core/errors';
import { dims, type Shaped, type TensorType } from '../../core/shape';
import { dropThreshold } from '../dropout/op';

export type AttentionAttrs = {
  /** Heads of queries; heads of keys and values, a divisor of it. */
  readonly heads: number;
  readonly kvHeads: number;
  /** Channels of a head's query and key, and of its value: the same where keys and values are packed. */
  readonly size: number;
  readonly valueSize: number;
  readonly scale: number;
  readonly causal: boolean;
  /** The first inputs: [B,T,HD+KD+KV] for 'qkv'; [B,T,>=HD] and [B,S,KD+KV] for 'kv'; q, k and v for 'none'. */
  readonly packing: Packing;
  /** Which optional inputs follow, in this order. */
  readonly lengths: boolean;
  readonly mask: PairAxes;
  readonly bias: PairAxes;
  readonly offset: Offset;
  readonly dropRate: number;
  readonly stream: number;
  /** Whether the weights are an output, too. */
  readonly weights: boolean;
};

/** Number of inputs that hold queries, keys and values. */
export const SOURCE_COUNT: Readonly<Record<Packing, number>> = { qkv: 1, kv: 2, none: 3 };

/** The inputs that follow the sources, by name. */
export interface OptionalInputs<T> {
  readonly lengths: T | undefined;
  readonly mask: T | undefined;
  readonly bias: T | undefined;
  readonly offset: T | undefined;
  /** Random key of dropout. */
  readonly key: T | undefined;
}

/** The optional inputs, and the index of the first input after them. */
export function optionalInputs<T>(
  inputs: readonly T[],
  attrs: AttentionAttrs,
): OptionalInputs<T> & { readonly end: number } {
  let next = SOURCE_COUNT[attrs.packing];
  const take = (present: boolean): T | undefined => (present ? inputs[next++] : undefined);
  return {
    lengths: take(attrs.lengths),
    mask: take(attrs.mask !== false),
    bias: take(attrs.bias !== false),
    offset: take(attrs.offset !== false),
    key: take(attrs.dropRate > 0),
    end: next,
  };
}

/** The optional inputs that are present, in the order of the op's inputs. */
export function listOptional<T>(given: Omit<OptionalInputs<T>, 'end'>): readonly T[] {
  const { lengths, mask, bias, offset, key } = given;
  return [lengths, mask, bias, offset, key].filter((each) => each !== undefined);
}

/** The sizes of an attention. */
export function attentionSizes(
  inputs: readonly Shaped[],
  { packing }: Pick<AttentionAttrs, 'packing'>,
) {
  const of = (i: number) => dims(defined(inputs[i], 'source'), 3, 'attention');
  const [batch, queries, strideQ] = of(0);
  const [, keys] = of(packing === 'qkv' ? 0 : 1);
  return { batch, queries, keys, strideQ };
}

/** Columns of queries, keys, values and the output. */
export function columnsOf({ heads, kvHeads, size, valueSize }: AttentionAttrs) {
  return { q: heads * size, k: kvHeads * size, v: kvHeads * valueSize, y: heads * valueSize };
}

/**
 * Floating-point operations of the products over all pairs of a query and a key, including hidden ones.
 * @param ofKeys number of products of queries and keys  @param ofValues number of products with values
 */
export function productFlops(
  inputs: readonly TensorType[],
  attrs: AttentionAttrs,
  ofKeys: number,
  ofValues: number,
): Dim {
  const { batch, queries, keys } = attentionSizes(inputs, attrs);
  const { heads, size, valueSize } = attrs;
  const perPair = addDims(ofKeys * size, ofValues * valueSize);
  return [2 * heads, perPair, batch, queries, keys].reduce<Dim>(multiplyDims, 1);
}

/** The specialisation that forward and backward share. */
export function attentionSpec(attrs: AttentionAttrs): AttentionSpec {
  const { weights: _weights, stream: _stream, ...spec } = attrs;
  return { ...spec, dropThreshold: dropThreshold(attrs.dropRate) };
}
