/**
 * What all attention kernels share: how heads lie in the buffers, what hides keys, dropout. B batch
 * rows, T queries, S keys, H heads of D channels; head h has the columns h*D to h*D+D-1.
 */
import type { Binding } from '../lib/kernel';
import { float } from '../lib/wgsl';

/** 'qkv': one buffer [B,T,3HD]; 'kv': q [B,T,>=HD] and [B,S,2HD]; 'none': q, k and v apart. */
export type Packing = 'qkv' | 'kv' | 'none';

export type AttentionSpec = {
  readonly heads: number;
  /** Channels of a head. */
  readonly size: number;
  readonly scale: number;
  readonly causal: boolean;
  readonly packing: Packing;
  /** i32 [B]: keys at or past it are hidden. */
  readonly lengths: boolean;
  /** bool [B, S]: true hides a key. */
  readonly padding: boolean;
  /** i32 [1]: position of the first query row. */
  readonly offset: boolean;
  /** Dropout on the weights; a rate of 0 is none. */
  readonly dropRate: number;
  readonly dropThreshold: number;
};

/** Sizes, and the stream of dropout, which differs from place to place in a model. */
export const ATTENTION_PARAMS = ['batch', 'queries', 'keys', 'strideQ', 'stream'] as const;

export const read = (name: string, element: string): Binding => ({ name, access: 'read', element });
export const write = (name: string, element: string): Binding => ({
  name,
  access: 'read_write',
  element,
});

/** One of queries, keys, values: its buffer, elements a row (u32 text), and first column. */
export interface Source {
  readonly buffer: string;
  readonly stride: string;
  readonly column: number;
}

export interface Sources {
  readonly q: Source;
  readonly k: Source;
  readonly v: Source;
}

/** Where queries, keys and values are read. */
export function sources({ packing, heads, size }: AttentionSpec): Sources {
  const model = heads * size;
  const part = (buffer: string, parts: number, index: number): Source => ({
    buffer,
    stride: `${parts * model}u`,
    column: index * model,
  });
  const q: Source = { buffer: 'q', stride: 'params.strideQ', column: 0 };
  switch (packing) {
    case 'qkv':
      return { q: part('qkv', 3, 0), k: part('qkv', 3, 1), v: part('qkv', 3, 2) };
    case 'kv':
      return { q, k: part('kv', 2, 0), v: part('kv', 2, 1) };
    case 'none':
      return { q, k: part('k', 1, 0), v: part('v', 1, 0) };
    default:
      return packing satisfies never;
  }
}

/** A [B, T, HD] buffer: the output or its gradient. */
export function plainSource(buffer: string, { heads, size }: AttentionSpec): Source {
  return { buffer, stride: `${heads * size}u`, column: 0 };
}

/** Where gradients are written: the sources' layout in buffers of their own. */
export function gradientSources(spec: AttentionSpec): Sources {
  const { q, k, v } = sources(spec);
  switch (spec.packing) {
    case 'qkv':
      return { q: { ...q, buffer: 'dq' }, k: { ...k, buffer: 'dkv' }, v: { ...v, buffer: 'dkv' } };
    case 'kv':
      return {
        q: plainSource('dq', spec),
        k: { ...k, buffer: 'dkv' },
        v: { ...v, buffer: 'dkv' },
      };
    case 'none':
      return {
        q: plainSource('dq', spec),
        k: { ...k, buffer: 'dk' },
        v: { ...v, buffer: 'dv' },
      };
    default:
      return spec.packing satisfies never;
  }
}

/** Bindings of the sources and of what hides keys, in the order of the op's inputs. */
export function sourceBindings(spec: AttentionSpec, element: string): readonly Binding[] {
  const { q, k, v } = sources(spec);
  const names = [...new Set([q.buffer, k.buffer, v.buffer])];
  return [
    ...names.map((name) => read(name, element)),
    ...(spec.lengths ? [read('lengths', 'i32')] : []),
    ...(spec.padding ? [read('padding', 'u32')] : []),
    ...(spec.offset ? [read('first', 'i32')] : []),
    ...(spec.dropRate > 0 ? [read('key', 'i32')] : []),
  ];
}

/** `let known`: keys of batch row b that its length leaves. */
export function knownKeys({ lengths }: AttentionSpec): string {
  const known = lengths ? 'min(params.keys, u32(max(lengths[b], 0)))' : 'params.keys';
  return `let known = ${known};`;
}

/** i32 text of the position of query row 0. */
export function firstPosition({ offset }: AttentionSpec): string {
  return offset ? 'first[0]' : '0';
}

/** How many of the `known` keys the query row `t` may see. */
export function keyLimit(spec: AttentionSpec, t: string): string {
  if (!spec.causal) return 'known';
  if (!spec.offset) return `min(known, ${t} + 1u)`;
  return `u32(clamp(i32(${t}) + 1 + ${firstPosition(spec)}, 0, i32(known)))`;
}

/** Whether key `s` (inside the buffer) of batch row b is not padding. */
export function unpadded({ padding }: AttentionSpec, s: string): string {
  return padding ? `padding[b * params.keys + ${s}] == 0u` : 'true';
}

/** The factor of dropout on weight (row, s), row = (b * heads + h) * queries + t. */
export function dropFactor(spec: AttentionSpec, row: string, s: string): string {
  if (spec.dropRate === 0) return '1.0';
  const bits = `random_bits(key[0], params.stream, (${row}) * params.keys + ${s})`;
  return `select(0.0, ${float(1 / (1 - spec.dropRate))}, ${bits} >= ${spec.dropThreshold}u)`;
}
