/**
 * Scaled dot-product attention of many heads on the layout that projections give: head h has the
 * columns h*D to h*D+D-1, so nothing is transposed. Queries, keys and values may come packed.
 */

import { attentionForward } from '../../../shaders/attention/forward.wgsl';
import { attentionSplit } from '../../../shaders/attention/split.wgsl';
import { dimsEqual, multiplyDims } from '../../core/dim';
import { DTypeError, defined, OptionError, ShapeError } from '../../core/errors';
import { formatType, type TensorType } from '../../core/shape';
import { applyAll } from '../../graph/node';
import {
  defineOp,
  input,
  type KernelCall,
  kernelCall,
  type LoweringCall,
  type Operand,
  output,
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
import { forwardVariant, rowGrid, tileGrid } from './variants';

function infer(inputs: readonly TensorType[], attrs: AttentionAttrs): readonly TensorType[] {
  checkSources(inputs, attrs);
  checkOptional(inputs, attrs);
  const { heads, size, weights } = attrs;
  const { batch, queries, keys } = attentionSizes(inputs, attrs);
  return [
    { dtype: 'f32', shape: [batch, queries, heads * size] },
    { dtype: 'f32', shape: [batch, heads, queries] },
    ...(weights ? [{ dtype: 'f32', shape: [batch, heads, queries, keys] } as const] : []),
  ];
}

function checkSources(inputs: readonly TensorType[], attrs: AttentionAttrs): void {
  const { heads, size, packing } = attrs;
  const model = heads * size;
  const found = inputs.slice(0, SOURCE_COUNT[packing]);
  const [first] = found;
  const { keys } = attentionSizes(inputs, attrs);
  const width = { qkv: 3 * model, kv: 2 * model, none: model }[packing];
  const fits = found.every(({ dtype, shape: [batch = 0, rows = 0, columns, ...rest] }, i) => {
    const isQuery = i === 0 && packing !== 'qkv';
    const wide = typeof columns === 'number' && (isQuery ? columns >= model : columns === width);
    const placed = dimsEqual(batch, first?.shape[0] ?? 0) && (i === 0 || dimsEqual(rows, keys));
    return dtype === 'f32' && rest.length === 0 && wide && placed;
  });
  if (fits && found.length === SOURCE_COUNT[packing]) return;
  const expected = {
    qkv: `[B,T,${width}]`,
    kv: `[B,T,${model}] and [B,S,${width}]`,
    none: `[B,T,${model}], [B,S,${width}] and [B,S,${width}]`,
  }[packing];
  throw new ShapeError(
    `attention: expected f32 ${expected} for ${heads} heads of ${size}, found ` +
      `${found.map(formatType).join(' and ')}; check the number of heads, and reshape to three axes`,
  );
}

function checkOptional(inputs: readonly TensorType[], attrs: AttentionAttrs): void {
  const { lengths, padding, offset, key } = optionalInputs(inputs, attrs);
  const { batch, keys } = attentionSizes(inputs, attrs);
  const check = (
    what: string,
    type: TensorType | undefined,
    dtype: TensorType['dtype'],
    shape: TensorType['shape'],
  ) => {
    if (type === undefined) return;
    const expected = formatType({ dtype, shape });
    if (type.dtype !== dtype) {
      throw new DTypeError(`attention: ${what} must be ${expected}, found ${formatType(type)}`);
    }
    const same = type.shape.length === shape.length;
    if (!same || !shape.every((d, i) => dimsEqual(d, type.shape[i] ?? 0))) {
      throw new ShapeError(`attention: ${what} must be ${expected}, found ${formatType(type)}`);
    }
  };
  check('keyLengths', lengths, 'i32', [batch]);
  check('keyPadding', padding, 'bool', [batch, keys]);
  check('queryOffset', offset, 'i32', [1]);
  check('the key of dropout', key, 'i32', [1]);
}

function calls(call: LoweringCall<AttentionAttrs>): readonly KernelCall[] {
  const { node, used } = call;
  const { attrs } = node;
  const { batch, queries, keys, strideQ } = attentionSizes(node.inputs, attrs);
  const outputs = { saves: used(1), weights: attrs.weights && used(2) };
  const results: readonly Operand[] = [
    output(0),
    ...(outputs.saves ? [output(1)] : []),
    ...(outputs.weights ? [output(2)] : []),
  ];
  const spec = { ...attentionSpec(attrs), ...outputs };
  const shared = {
    operands: [...node.inputs.map((_, i) => input(i)), ...results],
    params: [batch, queries, keys, strideQ, attrs.stream],
  };
  const variant = forwardVariant(call, { batch, queries, keys });
  if ('threads' in variant) {
    const grid = rowGrid(batch, queries, attrs.heads);
    return [kernelCall({ ...shared, kernel: attentionSplit, spec: { ...spec, ...variant }, grid })];
  }
  const grid = tileGrid(variant.tile, batch, queries, attrs.heads);
  return [kernelCall({ ...shared, kernel: attentionForward, spec: { ...spec, ...variant }, grid })];
}

/** Outputs: y [B,T,HD], log-sum-exp [B,H,T] for the gradient, and on demand weights [B,H,T,S]. */
export const attentionOp = defineOp<AttentionAttrs>({
  name: 'attention',
  infer,
  lowering: { kind: 'kernel', calls, optional: () => [1, 2] },
  // A product for the scores, one for the sums of values.
  cost: ({ inputs, attrs }) => ({ flops: multiplyDims(2, productFlops(inputs, attrs)) }),
});

export interface AttentionOptions {
  readonly heads: number;
  /** Hide keys after the query. */
  readonly causal?: boolean | undefined;
  /** Factor on the scores; 1 / sqrt(size of a head) by default. */
  readonly scale?: number | undefined;
  /** i32 [B]: keys at or past it are hidden. A row without keys yields zeros. */
  readonly keyLengths?: Tensor | undefined;
  /** bool [B, S]: true hides a key, as PyTorch's key_padding_mask. */
  readonly keyPadding?: Tensor | undefined;
  /** i32 [1]: position of the first query row among the keys, for causal decoding over a cache. */
  readonly queryOffset?: Tensor | undefined;
  /** Dropout on the weights, at (b, h, t, s) by its flat index; key is i32 [1]. */
  readonly dropout?:
    | { readonly rate: number; readonly key: Tensor; readonly stream: number }
    | undefined;
}

/** Output [B, T, E], and the weights [B, heads, T, S] before dropout. */
export interface AttentionResult {
  readonly output: Tensor;
  readonly weights: Tensor;
}

/** Most bindings that forward or backward take, beside optional inputs and weights. */
const BINDINGS: Readonly<Record<AttentionAttrs['packing'], number>> = { qkv: 4, kv: 5, none: 7 };

function optionalTensors(options: AttentionOptions): readonly Tensor[] {
  const { keyLengths, keyPadding, queryOffset, dropout } = options;
  const key = dropout !== undefined && dropout.rate > 0 ? dropout.key : undefined;
  return [keyLengths, keyPadding, queryOffset, key].filter((tensor) => tensor !== undefined);
}

/** Storage bindings that forward or backward take at most. */
export function bindingsOf(
  packing: AttentionAttrs['packing'],
  options: AttentionOptions,
  weights: boolean,
): number {
  return BINDINGS[packing] + optionalTensors(options).length + (weights ? 1 : 0);
}

/** Applies the op to its inputs under a packing. @throws OptionError for more than fits */
export function attend(
  packing: AttentionAttrs['packing'],
  packed: readonly Tensor[],
  options: AttentionOptions,
  weights: boolean,
): readonly Tensor[] {
  const { heads, causal = false, keyLengths, keyPadding, queryOffset, dropout } = options;
  const width = packed.at(-1)?.shape[2] ?? 0;
  const parts = { qkv: 3, kv: 2, none: 1 }[packing];
  const size = Number(width) / parts / heads;
  if (!Number.isInteger(size) || size < 1) {
    throw new OptionError(
      `attention: ${width} columns of ${parts} part(s) cannot be split into ${heads} heads`,
    );
  }
  const rate = dropout?.rate ?? 0;
  if (!(rate >= 0 && rate < 1)) {
    throw new OptionError(`attention: the rate must be from 0 to below 1, found ${rate}`);
  }
  const optional = optionalTensors(options);
  const bindings = bindingsOf(packing, options, weights);
  if (bindings > STORAGE_BINDINGS) {
    throw new OptionError(
      `attention: ${optional.length} of keyLengths, keyPadding, queryOffset and dropout together ` +
        `${weights ? 'with weights ' : ''}need ${bindings} bindings, more than WebGPU's ` +
        `${STORAGE_BINDINGS}; give lengths as part of keyPadding`,
    );
  }
  const attrs: AttentionAttrs = {
    heads,
    size,
    scale: options.scale ?? 1 / Math.sqrt(size),
    causal,
    packing,
    lengths: keyLengths !== undefined,
    padding: keyPadding !== undefined,
    offset: queryOffset !== undefined,
    dropRate: rate,
    stream: dropout?.stream ?? 0,
    weights,
  };
  return applyAll(attentionOp, [...packed, ...optional], attrs);
}

const single = (results: readonly Tensor[]): Tensor => defined(results[0], 'attention output');

/** Output and weights of `attend` with weights. */
export const both = (results: readonly Tensor[]): AttentionResult => ({
  output: single(results),
  weights: defined(results[2], 'attention weights'),
});

/**
 * Self-attention of packed projections (Vaswani et al. 2017, eq. 1).
 * @param qkv [B, T, 3E]: columns of queries, keys, values
 * @returns [B, T, E]
 * @throws ShapeError, DTypeError, OptionError when the columns do not fit the heads
 */
export function selfAttention(qkv: Tensor, options: AttentionOptions): Tensor {
  return single(attend('qkv', [qkv], options, false));
}

/** `selfAttention` that also gives the weights. */
export function selfAttentionWeights(qkv: Tensor, options: AttentionOptions): AttentionResult {
  return both(attend('qkv', [qkv], options, true));
}

/**
 * Attention of queries over packed keys and values.
 * @param q [B, T, E], or wider: further columns are not read  @param kv [B, S, 2E]
 * @returns [B, T, E]
 */
export function crossAttention(q: Tensor, kv: Tensor, options: AttentionOptions): Tensor {
  return single(attend('kv', [q, kv], options, false));
}

/** `crossAttention` that also gives the weights. */
export function crossAttentionWeights(
  q: Tensor,
  kv: Tensor,
  options: AttentionOptions,
): AttentionResult {
  return both(attend('kv', [q, kv], options, true));
}

declare module '../../graph/op' {
  interface OpSet {
    selfAttention: typeof selfAttention;
    selfAttentionWeights: typeof selfAttentionWeights;
    crossAttention: typeof crossAttention;
    crossAttentionWeights: typeof crossAttentionWeights;
  }
}
