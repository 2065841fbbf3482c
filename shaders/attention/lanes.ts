/**
 * Text shared by the attention kernels: one head's channels in registers, as vec4 where the head
 * size allows, and who may see whom.
 */
import { float } from '../lib/wgsl';

/** How the heads lie in the buffers, and what hides keys. */
export type AttentionSpec = {
  readonly heads: number;
  /** Channels of a head. */
  readonly size: number;
  readonly scale: number;
  readonly causal: boolean;
  /** One buffer for queries, keys and values ('qkv'), or queries apart ('kv'). */
  readonly packing: 'qkv' | 'kv';
  /** i32 [B]: keys at or past it are hidden. */
  readonly lengths: boolean;
  /** i32 [1]: position of the first query row. */
  readonly offset: boolean;
  /** Dropout on the weights; a rate of 0 is none. */
  readonly dropRate: number;
  readonly dropThreshold: number;
};

export const ATTENTION_WORKGROUP = 32;

/** Sizes, and the stream of dropout, which differs from place to place in a model. */
export const ATTENTION_PARAMS = ['batch', 'queries', 'keys', 'strideQ', 'stream'] as const;

/** Registers and loops over one head's channels. */
export class Lanes {
  readonly width: 1 | 4;
  readonly type: string;
  /** Values of `type` in a head. */
  readonly count: number;

  constructor(size: number) {
    this.width = size % 4 === 0 ? 4 : 1;
    this.type = this.width === 4 ? 'vec4<f32>' : 'f32';
    this.count = size / this.width;
  }

  /** One statement a register. */
  each(statement: (i: number) => string): string {
    return Array.from({ length: this.count }, (_, i) => statement(i)).join(' ');
  }

  /** The sum over channels of a product; four partial sums keep the chain short. */
  dot(a: (i: number) => string, b: (i: number) => string): string {
    const term = (i: number) => (this.width === 4 ? `dot(${a(i)}, ${b(i)})` : `${a(i)} * ${b(i)}`);
    return Array.from({ length: this.count }, (_, i) => term(i)).join(' + ');
  }
}

/** Names of buffers, row strides and first columns for each packing. */
export function sources({ packing, heads, size }: AttentionSpec) {
  const model = heads * size;
  return packing === 'qkv'
    ? {
        q: 'qkv',
        k: 'qkv',
        v: 'qkv',
        keyColumn: model,
        valueColumn: 2 * model,
        keyStride: 3 * model,
      }
    : { q: 'q', k: 'kv', v: 'kv', keyColumn: 0, valueColumn: model, keyStride: 2 * model };
}

/** Bindings of the sources and of what hides keys, in order. */
export function sourceBindings(spec: AttentionSpec, type: string) {
  const read = (name: string, element: string) => ({ name, access: 'read', element }) as const;
  const names = spec.packing === 'qkv' ? ['qkv'] : ['q', 'kv'];
  return [
    ...names.map((name) => read(name, type)),
    ...(spec.lengths ? [read('lengths', 'i32')] : []),
    ...(spec.offset ? [read('first', 'i32')] : []),
    ...(spec.dropRate > 0 ? [read('key', 'i32')] : []),
  ];
}

/** `let limit`: how many keys the query row t of batch row b sees. */
export function keyLimit({ causal, lengths, offset }: AttentionSpec): string {
  const known = lengths ? 'min(params.keys, u32(max(lengths[b], 0)))' : 'params.keys';
  if (!causal) return `let limit = ${known};`;
  return `let limit = min(${known}, t + 1u${offset ? ' + u32(first[0])' : ''});`;
}

/** The factor of dropout on weight (row, s), row = (b * heads + h) * queries + t. */
export function dropFactor(spec: AttentionSpec, row: string, s: string): string {
  if (spec.dropRate === 0) return '1.0';
  const bits = `random_bits(key[0], params.stream, (${row}) * params.keys + ${s})`;
  return `select(0.0, ${float(1 / (1 - spec.dropRate))}, ${bits} >= ${spec.dropThreshold}u)`;
}
