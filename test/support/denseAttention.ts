/**
 * Attention written out with other ops, a step of the paper's formula each: the reference of what its
 * options mean together, however its own op takes them.
 */
import {
  type AttentionOptions,
  type AttentionResult,
  countTo,
  type Dim,
  ops,
  type Tensor,
} from 'qkv/graph';

const numbers = (x: Tensor): readonly number[] => x.shape.map(Number);

/** [B, N, heads * D] as [B, heads, N, D]. */
function split(x: Tensor, heads: number): Tensor {
  const [batch = 1, rows = 1, columns = 1] = numbers(x);
  const parts = ops.reshape(x, [batch, rows, heads, columns / heads]);
  return ops.transpose(parts, [0, 2, 1, 3]);
}

/** Each head so many times, side by side. */
function repeated(x: Tensor, times: number): Tensor {
  const [batch = 1, heads = 1, rows = 1, size = 1] = numbers(x);
  const wide = ops.broadcastTo(ops.reshape(x, [batch, heads, 1, rows, size]), [
    batch,
    heads,
    times,
    rows,
    size,
  ]);
  return ops.reshape(wide, [batch, heads * times, rows, size]);
}

/** Which keys are hidden, [B or 1, H or 1, T or 1, S] each. */
function hiddenBy(options: AttentionOptions, queries: Dim, keys: Dim): readonly Tensor[] {
  const { causal, keyLengths, keyPadding, queryOffset, mask } = options;
  const s = ops.reshape(countTo(keys), [1, 1, 1, keys]);
  const t = ops.reshape(countTo(queries), [1, 1, queries, 1]);
  const position = queryOffset === undefined ? t : ops.add(t, queryOffset);
  const column = (x: Tensor) => ops.reshape(x, [x.shape[0] ?? 1, 1, 1, 1]);
  const threeAxes = (x: Tensor) => {
    const [batch = 1, ...rest] = x.shape;
    return x.shape.length === 3 ? ops.reshape(x, [batch, 1, ...rest]) : x;
  };
  return [
    ...(causal === true ? [ops.greater(s, position)] : []),
    ...(keyLengths ? [ops.greaterEqual(s, column(keyLengths))] : []),
    ...(keyPadding ? [ops.reshape(keyPadding, [keyPadding.shape[0] ?? 1, 1, 1, keys])] : []),
    ...(mask ? [threeAxes(mask)] : []),
  ];
}

export function denseAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: AttentionOptions,
): AttentionResult {
  const { heads, kvHeads = heads, bias, dropout } = options;
  const group = heads / kvHeads;
  const [queries, keys] = [split(q, heads), repeated(split(k, kvHeads), group)];
  const [batch = 1, , rows = 1, size = 1] = numbers(queries);
  const factor = options.scale ?? 1 / Math.sqrt(size);
  const products = ops.scale(ops.matmul(queries, keys, { transposeB: true }), factor);
  const scores = bias === undefined ? products : ops.add(products, bias);
  const no = ops.fill(scores.shape, 0, 'bool');
  const hidden = hiddenBy(options, rows, k.shape[1] ?? 1).reduce((a, b) => ops.or(a, b), no);
  const shown = ops.equal(ops.cast(hidden, 'f32'), ops.fill(scores.shape, 0));
  const weights = ops.softmax(scores, { mask: shown });
  const { rate = 0, stream = 0 } = dropout ?? {};
  const kept = dropout ? ops.dropout(weights, dropout.key, { rate, stream }) : weights;
  const mixed = ops.matmul(kept, repeated(split(v, kvHeads), group));
  const output = ops.reshape(ops.transpose(mixed, [0, 2, 1, 3]), [batch, rows, -1]);
  return { output, weights };
}
