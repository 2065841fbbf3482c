/**
 * What all attention kernels share: the layout of heads in the buffers, the order of bindings, dropout. There
 * are B batch rows, T queries, S keys; H heads of queries, of which each group of H / K shares one of K heads
 * of keys and values (Ainslie et al. 2023, GQA); D channels of a query and a key, V of a value.
 */
import type { Binding } from '../lib/kernel';
import { float } from '../lib/wgsl';
import { Lanes } from './lanes';

/** An axis, other than that of the keys, along which a tensor [B or 1, H or 1, T or 1, S] differs. */
export type PairAxis = 'batch' | 'heads' | 'queries';

/**
 * The axes along which a tensor over pairs of a query and a key differs, in this order; false where there is no
 * tensor.
 */
export type PairAxes = false | readonly PairAxis[];

/** 'qkv': one buffer [B,T,HD+KD+KV]; 'kv': q [B,T,>=HD] and [B,S,KD+KV]; 'none': separate q, k and v. */
export type Packing = 'qkv' | 'kv' | 'none';

/** Whether the position of the first query row is given: one for all batch rows, or one for each. */
export type Offset = false | 'shared' | 'each';

export type AttentionSpec = {
  readonly heads: number;
  /** Heads of keys and values: a divisor of `heads`. */
  readonly kvHeads: number;
  /** Channels of a head's query and key. */
  readonly size: number;
  /** Channels of a head's value; `size` where they are packed. */
  readonly valueSize: number;
  readonly scale: number;
  readonly causal: boolean;
  readonly packing: Packing;
  /** i32 [B]: keys at or past it are hidden. */
  readonly lengths: boolean;
  /** bool [B or 1, H or 1, T or 1, S]: true hides a key from a query. */
  readonly mask: PairAxes;
  /** f32 [B or 1, H or 1, T or 1, S], added to the scaled scores. */
  readonly bias: PairAxes;
  /** i32 [1]: position of the first query row. */
  readonly offset: Offset;
  /** Dropout on the weights; a rate of 0 is none. */
  readonly dropRate: number;
  readonly dropThreshold: number;
};

/** Sizes, and the stream of dropout, which is different for each attention in a model. */
export const ATTENTION_PARAMS = ['batch', 'queries', 'keys', 'strideQ', 'stream'] as const;

export const read = (name: string, element: string): Binding => ({ name, access: 'read', element });
export const write = (name: string, element: string): Binding => ({
  name,
  access: 'read_write',
  element,
});

/**
 * Heads in a buffer: elements of a row (WGSL u32), first column, channels of a head, index of the head (WGSL
 * u32).
 */
export interface Source {
  readonly buffer: string;
  readonly stride: string;
  readonly column: number;
  readonly size: number;
  readonly head: string;
}

export interface Sources {
  readonly q: Source;
  readonly k: Source;
  readonly v: Source;
}

/** WGSL expressions of the head of queries, and of the head of keys and values. */
export interface HeadNames {
  readonly query: string;
  readonly key: string;
}

/** Heads of queries that share one of keys and values. */
export const groupSize = ({ heads, kvHeads }: AttentionSpec): number => heads / kvHeads;

/** For kernels that work on each head `h` of queries. */
function byQueryHead(spec: AttentionSpec): HeadNames {
  const group = groupSize(spec);
  return { query: 'h', key: group === 1 ? 'h' : `(h / ${group}u)` };
}

/** For kernels that work on each head `h` of keys and values, and loop over its heads of queries. */
export function byKeyHead(spec: AttentionSpec): HeadNames {
  return { query: groupSize(spec) === 1 ? 'h' : 'query_head', key: 'h' };
}

/** Where queries, keys and values are read. */
export function sources(spec: AttentionSpec, names: HeadNames = byQueryHead(spec)): Sources {
  const { packing, heads, kvHeads, size, valueSize } = spec;
  const [queries, keys, values] = [heads * size, kvHeads * size, kvHeads * valueSize];
  const query = { size, column: 0, head: names.query };
  const key = { size, head: names.key };
  const value = { size: valueSize, head: names.key };
  const first = packing === 'qkv' ? queries : 0;
  const packed = { buffer: packing, stride: `${first + keys + values}u` };
  return {
    q: { ...query, ...(first > 0 ? packed : { buffer: 'q', stride: 'params.strideQ' }) },
    ...(packing === 'none'
      ? {
          k: { ...key, buffer: 'k', stride: `${keys}u`, column: 0 },
          v: { ...value, buffer: 'v', stride: `${values}u`, column: 0 },
        }
      : {
          k: { ...key, ...packed, column: first },
          v: { ...value, ...packed, column: first + keys },
        }),
  };
}

/** The output [B, T, HV] or its gradient. */
export function resultSource(
  buffer: string,
  spec: AttentionSpec,
  names: HeadNames = byQueryHead(spec),
): Source {
  const { heads, valueSize } = spec;
  const stride = `${heads * valueSize}u`;
  return { buffer, stride, column: 0, size: valueSize, head: names.query };
}

/** Where gradients are written: in the layout of the sources, but [B,T,HD] for separate queries. */
export function gradientSources(spec: AttentionSpec, names?: HeadNames): Sources {
  const { q, k, v } = sources(spec, names);
  const { packing, heads, size } = spec;
  const [keys, values] = packing === 'none' ? ['dk', 'dv'] : ['dkv', 'dkv'];
  return {
    q: { ...q, buffer: 'dq', ...(packing === 'qkv' ? {} : { stride: `${heads * size}u` }) },
    k: { ...k, buffer: keys },
    v: { ...v, buffer: values },
  };
}

/** The rows of an input. */
export type Side = 'queries' | 'keys';

/** Index of the first register of a head's row in a source, in units of the register's width. */
export function rowStart(side: Side, row: string, source: Source): string {
  const { width } = new Lanes(source.size);
  const column = `${source.column}u + ${source.head} * ${source.size}u`;
  return `((b * params.${side} + ${row}) * ${source.stride} + ${column}) / ${width}u`;
}

/** Bindings of the sources, each buffer once. */
export function sourceBindings(list: readonly Source[]): readonly Binding[] {
  const bindings = list.map(({ buffer, size }) => read(buffer, new Lanes(size).type));
  return [...new Map(bindings.map((binding) => [binding.name, binding])).values()];
}

/** Bindings of lengths, mask, bias, position and dropout key, in the order of the op's inputs. */
export function optionBindings(spec: AttentionSpec): readonly Binding[] {
  return [
    ...(spec.lengths ? [read('lengths', 'i32')] : []),
    ...(spec.mask === false ? [] : [read(maskName(spec.mask), 'u32')]),
    ...(spec.bias === false ? [] : [read('bias', 'f32')]),
    ...(spec.offset !== false ? [read('first', 'i32')] : []),
    ...(spec.dropRate > 0 ? [read('key', 'i32')] : []),
  ];
}

/** The name of the mask's binding: a mask that is the same for all queries is the padding of keys. */
export function maskName(mask: readonly PairAxis[]): string {
  return mask.includes('queries') ? 'mask' : 'padding';
}

/** The dropout factor of the weight at (row, s), where row = (b * heads + h) * queries + t. */
export function dropFactor(spec: AttentionSpec, row: string, s: string): string {
  if (spec.dropRate === 0) return '1.0';
  const bits = `random_bits(key[0], params.stream, (${row}) * params.keys + ${s})`;
  return `select(0.0, ${float(1 / (1 - spec.dropRate))}, ${bits} >= ${spec.dropThreshold}u)`;
}
