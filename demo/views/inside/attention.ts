/** The attentions of a model as matrices, and attention rollout, in double precision. */

export type Matrix = readonly (readonly number[])[];

/** Which words ask, and which words answer. */
export type AttentionKind = 'encoder' | 'decoder' | 'cross';

/** One attention of a model: a matrix of weights for each head. */
export interface Attention {
  readonly kind: AttentionKind;
  /** From 1. */
  readonly layer: number;
  /** Its name in the model: 'transformer.encoder.layers.0.self_attn'. */
  readonly path: string;
  /** [head][word that asks][word that answers] */
  readonly heads: readonly Matrix[];
}

/** A value inside a model. */
export interface Value {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

const WEIGHTS = '.weights';

/** The attentions among a model's values, in the order in which the model computes them. */
export function attentionsOf(values: Readonly<Record<string, Value>>): readonly Attention[] {
  const found = Object.entries(values).filter(([name]) => name.endsWith(WEIGHTS));
  return found.map(([name, value]) => {
    const path = name.slice(0, -WEIGHTS.length);
    const [, side, layer = '0', part] =
      /(encoder|decoder)\.layers\.(\d+)\.(\w+)$/u.exec(path) ?? [];
    const kind = side === undefined || part === 'multihead_attn' ? 'cross' : side;
    return {
      kind: kind as AttentionKind,
      layer: Number(layer) + 1,
      path,
      heads: matricesOf(value),
    };
  });
}

/** The matrices of a value as it is shown: axes of one element between others say nothing. */
export function slicesOf({ shape, data }: Value): readonly Matrix[] {
  const axes = shape.filter((size, i) => size !== 1 || i === 0 || i === shape.length - 1);
  return matricesOf({ shape: axes, data });
}

/** The matrices of a value [..., rows, columns]; one of a single row for a value with one axis. */
function matricesOf({ shape, data }: Value): readonly Matrix[] {
  const columns = shape.at(-1) ?? 1;
  const rows = shape.length < 2 ? 1 : (shape.at(-2) ?? 1);
  const count = shape.slice(0, -2).reduce((product, size) => product * size, 1);
  const at = (slice: number, row: number) => (slice * rows + row) * columns;
  return Array.from({ length: count }, (_, slice) =>
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (_, column) => data[at(slice, row) + column] ?? Number.NaN),
    ),
  );
}

/** The mean of matrices of one shape. */
export function meanOf(matrices: readonly Matrix[]): Matrix {
  return (matrices[0] ?? []).map((row, r) =>
    row.map((_, c) => {
      const sum = matrices.reduce((total, matrix) => total + (matrix[r]?.[c] ?? 0), 0);
      return sum / matrices.length;
    }),
  );
}

/** The product of two matrices. */
export function product(a: Matrix, b: Matrix): Matrix {
  const columns = b[0]?.length ?? 0;
  return a.map((row) =>
    Array.from({ length: columns }, (_, c) =>
      row.reduce((sum, x, k) => sum + x * (b[k]?.[c] ?? 0), 0),
    ),
  );
}

/**
 * Attention rollout (Abnar and Zuidema 2020): how much of each input word arrives at each place
 * after some layers, if half of what passes a layer goes through its attention, averaged over the
 * heads, and half past it.
 * @param layers heads of each layer, the first layer first
 */
export function rollout(layers: readonly (readonly Matrix[])[]): Matrix {
  const size = layers[0]?.[0]?.length ?? 0;
  let rolled: Matrix = identity(size);
  for (const heads of layers) {
    const mixed = meanOf(heads).map((row, r) =>
      row.map((weight, c) => 0.5 * weight + (r === c ? 0.5 : 0)),
    );
    rolled = product(mixed, rolled);
  }
  return rolled;
}

function identity(size: number): Matrix {
  return Array.from({ length: size }, (_, r) =>
    Array.from({ length: size }, (_, c) => (r === c ? 1 : 0)),
  );
}

/** The logarithm of the probability of one class. */
export function logProbability(logits: readonly number[], chosen: number): number {
  const most = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
  return (logits[chosen] ?? Number.NEGATIVE_INFINITY) - most - Math.log(total);
}
