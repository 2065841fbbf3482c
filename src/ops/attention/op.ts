/**
 * Scaled dot-product attention of many heads on the layout that projections give: head h has the
 * columns h*D to h*D+D-1, so nothing is transposed. Queries, keys and values come packed.
 */

import { attentionForward } from '../../../shaders/attention/forward.wgsl';
import type { AttentionSpec } from '../../../shaders/attention/lanes';
import { ATTENTION_WORKGROUP } from '../../../shaders/attention/lanes';
import type { Dim } from '../../core/dim';
import { dimsEqual, multiplyDims } from '../../core/dim';
import { DTypeError, OptionError, ShapeError } from '../../core/errors';
import { formatType, type TensorType } from '../../core/shape';
import { applyAll } from '../../graph/node';
import {
  defineOp,
  grid1d,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Operand,
  output,
  type Tensor,
} from '../../graph/op';
import { dropThreshold } from '../dropout/op';
import { concat } from '../movement/op';
import { attentionReference } from './reference';

export type AttentionAttrs = {
  readonly heads: number;
  /** Channels of a head. */
  readonly size: number;
  readonly scale: number;
  readonly causal: boolean;
  /** Inputs begin with [B,T,3E] ('qkv'), or with [B,T,>=E] and [B,S,2E] ('kv'). */
  readonly packing: 'qkv' | 'kv';
  /** Which optional inputs follow, in this order. */
  readonly lengths: boolean;
  readonly offset: boolean;
  readonly dropRate: number;
  readonly stream: number;
  /** Also give the weights. */
  readonly weights: boolean;
};

/** The sizes of an application. */
export function attentionSizes(inputs: readonly TensorType[], attrs: AttentionAttrs) {
  const queries = inputs[0]?.shape ?? [];
  const keys = inputs[attrs.packing === 'kv' ? 1 : 0]?.shape ?? [];
  const [batch = 1, rows = 1, strideQ = 1] = queries;
  return { batch, queries: rows, keys: keys[1] ?? 1, strideQ };
}

/** The specialisation that forward and backward share. */
export function attentionSpec(attrs: AttentionAttrs): AttentionSpec {
  const { weights: _weights, stream: _stream, ...spec } = attrs;
  return { ...spec, dropThreshold: dropThreshold(attrs.dropRate) };
}

/** Workgroups with an invocation for every head of every row. */
export function headRows(batch: Dim, rows: Dim, heads: number): KernelCall['grid'] {
  const count = multiplyDims(multiplyDims(batch, rows), heads);
  return (size) => grid1d(Math.ceil(size(count) / ATTENTION_WORKGROUP));
}

function infer(inputs: readonly TensorType[], attrs: AttentionAttrs): readonly TensorType[] {
  const { heads, size, packing, weights } = attrs;
  const model = heads * size;
  const [first, second] = inputs;
  const other = packing === 'kv' ? second : first;
  const wide = first?.shape[2];
  const fits =
    first?.shape.length === 3 &&
    other?.shape.length === 3 &&
    first.dtype === 'f32' &&
    other.dtype === 'f32' &&
    dimsEqual(first.shape[0] ?? 0, other.shape[0] ?? 0) &&
    typeof wide === 'number' &&
    wide >= model &&
    other.shape[2] === (packing === 'kv' ? 2 : 3) * model;
  if (!fits) {
    const expected =
      packing === 'kv' ? `[B,T,${model}] and [B,S,${2 * model}]` : `[B,T,${3 * model}]`;
    throw new ShapeError(
      `attention: expected f32 ${expected} for ${heads} heads of ${size}, found ` +
        `${inputs
          .slice(0, packing === 'kv' ? 2 : 1)
          .map(formatType)
          .join(' and ')}`,
    );
  }
  for (const type of inputs.slice(packing === 'kv' ? 2 : 1)) {
    if (type.dtype !== 'i32') {
      throw new DTypeError(
        `attention: lengths, offset and key must be i32, found ${formatType(type)}`,
      );
    }
  }
  const { batch, queries, keys } = attentionSizes(inputs, attrs);
  const rows: TensorType = { dtype: 'f32', shape: [batch, heads, queries] };
  return [
    { dtype: 'f32', shape: [batch, queries, model] },
    rows,
    ...(weights ? [{ dtype: 'f32', shape: [batch, heads, queries, keys] } as const] : []),
  ];
}

function calls({ node, used }: LoweringCall<AttentionAttrs>): readonly KernelCall[] {
  const { attrs } = node;
  const { batch, queries, keys, strideQ } = attentionSizes(node.inputs, attrs);
  const saves = used(1);
  const weights = attrs.weights && used(2);
  const results: readonly Operand[] = [
    output(0),
    ...(saves ? [output(1)] : []),
    ...(weights ? [output(2)] : []),
  ];
  return [
    kernelCall({
      kernel: attentionForward,
      spec: { ...attentionSpec(attrs), saves, weights },
      operands: [...node.inputs.map((_, i) => input(i)), ...results],
      params: [batch, queries, keys, strideQ, attrs.stream],
      grid: headRows(batch, queries, attrs.heads),
    }),
  ];
}

export const attentionOp = defineOp<AttentionAttrs>({
  name: 'attention',
  infer,
  grad: {
    rule: ({ ops, attrs, inputs, outputs: [y, saved], gradients: [dy, , dweights] }) => {
      if (y === undefined || saved === undefined) return [];
      const given = dy ?? ops.zerosLike(y);
      return ops.attentionGrad(attrs, inputs, y, saved, given, dweights);
    },
  },
  lowering: { kind: 'kernel', calls },
  reference: attentionReference,
});

export interface AttentionOptions {
  readonly heads: number;
  /** Hide keys after the query. */
  readonly causal?: boolean | undefined;
  /** Factor on the scores; 1 / sqrt(size of a head) by default. */
  readonly scale?: number | undefined;
  /** i32 [B]: keys at or past it are hidden. A row without keys yields zeros. */
  readonly keyLengths?: Tensor | undefined;
  /** i32 [1]: position of the first query row among the keys, for causal decoding over a cache. */
  readonly queryOffset?: Tensor | undefined;
  /** Dropout on the weights; key is i32 [1]. */
  readonly dropout?:
    | { readonly rate: number; readonly key: Tensor; readonly stream: number }
    | undefined;
}

/** Output [B, T, E], and the weights [B, heads, T, S] before dropout. */
export interface AttentionResult {
  readonly output: Tensor;
  readonly weights: Tensor;
}

function build(
  packing: 'qkv' | 'kv',
  packed: readonly Tensor[],
  options: AttentionOptions,
  weights: boolean,
): readonly Tensor[] {
  const { heads, causal = false, keyLengths, queryOffset, dropout } = options;
  const width = packed.at(-1)?.shape[2] ?? 0;
  const size = Number(width) / (packing === 'qkv' ? 3 : 2) / heads;
  if (!Number.isInteger(size)) {
    throw new OptionError(`attention: ${width} columns cannot be packed for ${heads} heads`);
  }
  const attrs: AttentionAttrs = {
    heads,
    size,
    scale: options.scale ?? 1 / Math.sqrt(size),
    causal,
    packing,
    lengths: keyLengths !== undefined,
    offset: queryOffset !== undefined,
    dropRate: dropout?.rate ?? 0,
    stream: dropout?.stream ?? 0,
    weights,
  };
  const optional = [keyLengths, queryOffset, dropout?.key].filter((t) => t !== undefined);
  return applyAll(attentionOp, [...packed, ...optional], attrs);
}

function single(results: readonly Tensor[]): Tensor {
  const [result] = results;
  if (result === undefined) throw new ShapeError('attention: no result');
  return result;
}

function both(results: readonly Tensor[]): AttentionResult {
  const weights = results[2];
  if (weights === undefined) throw new ShapeError('attention: no weights');
  return { output: single(results), weights };
}

/**
 * Self-attention of packed projections (Vaswani et al. 2017, eq. 1).
 * @param qkv [B, T, 3E]: columns of queries, keys, values
 * @returns [B, T, E]
 * @throws ShapeError, OptionError when the columns do not fit the heads
 */
export function selfAttention(qkv: Tensor, options: AttentionOptions): Tensor {
  return single(build('qkv', [qkv], options, false));
}

/**
 * Attention of queries over packed keys and values.
 * @param q [B, T, E], or wider: further columns are not read  @param kv [B, S, 2E]
 * @returns [B, T, E]
 */
export function crossAttention(q: Tensor, kv: Tensor, options: AttentionOptions): Tensor {
  return single(build('kv', [q, kv], options, false));
}

/** `crossAttention` that also gives the weights. */
export function crossAttentionWeights(
  q: Tensor,
  kv: Tensor,
  options: AttentionOptions,
): AttentionResult {
  return both(build('kv', [q, kv], options, true));
}

/** Attention of separate q [B,T,E], k [B,S,E], v [B,S,E], with the weights. */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: AttentionOptions,
): AttentionResult {
  return both(build('kv', [q, concat([k, v], -1)], options, true));
}
