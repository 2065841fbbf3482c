/** Operands of single operations, cached by their specification. */
import type { AttentionSpec, MatmulSpec, RowsSpec } from '../spec';
import { uniform, type Weight, within } from './draw';

export interface MatmulData {
  /** [batch, m, k], or [m, k] of a batch of one. */
  readonly a: Weight;
  /** [batch, k, n], or [k, n]. */
  readonly b: Weight;
}

const drawn = new WeakMap<MatmulSpec, MatmulData>();

/** Cached by specification. */
export function matmulData(spec: MatmulSpec): MatmulData {
  const known = drawn.get(spec);
  if (known !== undefined) return known;
  const { batch, m, k, n } = spec;
  const next = uniform(1);
  const leading = batch === 1 ? [] : [batch];
  const data = { a: within(1, [...leading, m, k], next), b: within(1, [...leading, k, n], next) };
  drawn.set(spec, data);
  return data;
}

/** [rows, columns] with an outlier in each row, because uniform noise would hide errors. */
export function rowsData({ rows, columns }: RowsSpec): Weight {
  const next = uniform(2);
  const x = within(4, [rows, columns], next);
  for (let row = 0; row < rows; row++) {
    x.data[row * columns + Math.floor(next() * columns)] = 12;
  }
  return x;
}

export interface NormData {
  readonly x: Weight;
  /** [columns] each. */
  readonly weight: Weight;
  readonly bias: Weight;
}

export function normData(spec: RowsSpec): NormData {
  const next = uniform(3);
  return {
    x: rowsData(spec),
    weight: within(2, [spec.columns], next),
    bias: within(1, [spec.columns], next),
  };
}

export interface AttentionData {
  /** [batch, length, heads, size] each, the layout of projections. */
  readonly q: Weight;
  readonly k: Weight;
  readonly v: Weight;
}

export function attentionData({ batch, length, heads, size }: AttentionSpec): AttentionData {
  const next = uniform(4);
  const draw = () => within(2, [batch, length, heads, size], next);
  return { q: draw(), k: draw(), v: draw() };
}

/** Transposes to [batch, heads, length, size]. */
export function headsFirst({ shape, data }: Weight): Weight {
  const [batch = 1, length = 1, heads = 1, size = 1] = shape;
  return { shape: [batch, heads, length, size], data: swapMiddle(data, shape) };
}

/** [a, b, c, d] -> [a, c, b, d]. */
export function swapMiddle(
  data: Float32Array,
  [a = 1, b = 1, c = 1, d = 1]: readonly number[],
): Float32Array<ArrayBuffer> {
  const swapped = new Float32Array(data.length);
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      for (let k = 0; k < c; k++) {
        const from = ((i * b + j) * c + k) * d;
        swapped.set(data.subarray(from, from + d), ((i * c + k) * b + j) * d);
      }
    }
  }
  return swapped;
}
