/**
 * References of single operations, in float64 with plain loops that share no code with any
 * contestant.
 */
import type { Weight } from './data/draw';
import { attentionData, matmulData, normData, rowsData } from './data/ops';
import { layerData } from './data/recurrent';
import { type AttentionSpec, EPSILON, type LayerSpec, type MatmulSpec, type Task } from './spec';

/** Expected values, and their indices in the result. */
export interface Reference {
  readonly values: Float64Array;
  readonly places: Int32Array;
}

/** Maximum multiply-adds of a reference; of larger products only some rows are checked. */
const MOST_PRODUCTS = 2 ** 27;

/** @returns undefined for a task that is compared between contestants only */
export function reference(task: Task): Reference | undefined {
  switch (task.kind) {
    case 'matmul':
      return matmul(task.spec);
    case 'softmax':
      return eachRow(rowsData(task.spec), softmaxRow);
    case 'layer-norm': {
      const { x, weight, bias } = normData(task.spec);
      return eachRow(x, (row) => normRow(row, weight.data, bias.data));
    }
    case 'attention':
      return attention(task.spec);
    case 'lstm-forward':
      return lstm(task.spec);
    default:
      return undefined;
  }
}

/** A contestant's values at the indices of the reference. */
export function taken(values: Float32Array, { places }: Reference): Float32Array {
  return Float32Array.from(places, (place) => values[place] ?? Number.NaN);
}

function whole(values: Float64Array): Reference {
  return { values, places: Int32Array.from({ length: values.length }, (_, i) => i) };
}

function at(data: ArrayLike<number>, index: number): number {
  return data[index] ?? Number.NaN;
}

function matmul({ batch, m, k, n }: MatmulSpec): Reference {
  const { a, b } = matmulData({ batch, m, k, n });
  const rows = batch * m;
  const step = Math.max(1, Math.ceil((rows * k * n) / MOST_PRODUCTS));
  const values: number[] = [];
  const places: number[] = [];
  for (let row = 0; row < rows; row += step) {
    const matrix = Math.floor(row / m) * k * n;
    for (let j = 0; j < n; j++) {
      let total = 0;
      for (let p = 0; p < k; p++) total += at(a.data, row * k + p) * at(b.data, matrix + p * n + j);
      values.push(total);
      places.push(row * n + j);
    }
  }
  return { values: Float64Array.from(values), places: Int32Array.from(places) };
}

function eachRow(x: Weight, of: (row: Float64Array) => Float64Array): Reference {
  const [, columns = 1] = x.shape;
  const values = new Float64Array(x.data.length);
  for (let from = 0; from < values.length; from += columns) {
    values.set(of(Float64Array.from(x.data.subarray(from, from + columns))), from);
  }
  return whole(values);
}

function softmaxRow(row: Float64Array): Float64Array {
  const top = row.reduce((a, b) => Math.max(a, b));
  const powers = row.map((value) => Math.exp(value - top));
  const total = powers.reduce((a, b) => a + b);
  return powers.map((value) => value / total);
}

function normRow(row: Float64Array, weight: Float32Array, bias: Float32Array): Float64Array {
  const mean = row.reduce((a, b) => a + b) / row.length;
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
  const scale = 1 / Math.sqrt(variance + EPSILON);
  return row.map((value, i) => (value - mean) * scale * at(weight, i) + at(bias, i));
}

function attention(spec: AttentionSpec): Reference {
  const { batch, heads, length, size } = spec;
  const { q, k, v } = attentionData(spec);
  const values = new Float64Array(q.data.length);
  const place = (b: number, t: number, h: number) => ((b * length + t) * heads + h) * size;
  for (let b = 0; b < batch; b++) {
    for (let h = 0; h < heads; h++) {
      for (let t = 0; t < length; t++) {
        const scores = Float64Array.from({ length: t + 1 }, (_, s) => {
          let total = 0;
          for (let c = 0; c < size; c++) {
            total += at(q.data, place(b, t, h) + c) * at(k.data, place(b, s, h) + c);
          }
          return total / Math.sqrt(size);
        });
        softmaxRow(scores).forEach((weight, s) => {
          for (let c = 0; c < size; c++) {
            const to = place(b, t, h) + c;
            values[to] = at(values, to) + weight * at(v.data, place(b, s, h) + c);
          }
        });
      }
    }
  }
  return whole(values);
}

/** Hochreiter and Schmidhuber 1997 with forget gates, PyTorch's gate order i, f, g, o. */
function lstm(spec: LayerSpec): Reference {
  const { batch, length, inputSize, hiddenSize } = spec;
  const { x, layer } = layerData(spec);
  const states = new Float64Array(batch * length * hiddenSize);
  const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
  for (let b = 0; b < batch; b++) {
    let hidden = new Float64Array(hiddenSize);
    const cell = new Float64Array(hiddenSize);
    for (let t = 0; t < length; t++) {
      const gate = (row: number) => {
        let total = at(layer.biasIn.data, row) + at(layer.bias.data, row);
        for (let c = 0; c < inputSize; c++) {
          const input = at(x.data, (b * length + t) * inputSize + c);
          total += at(layer.weightIn.data, row * inputSize + c) * input;
        }
        for (let c = 0; c < hiddenSize; c++) {
          total += at(layer.weight.data, row * hiddenSize + c) * at(hidden, c);
        }
        return total;
      };
      const next = new Float64Array(hiddenSize);
      for (let j = 0; j < hiddenSize; j++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((part) => gate(part * hiddenSize + j));
        const kept = sigmoid(f ?? 0) * at(cell, j) + sigmoid(i ?? 0) * Math.tanh(g ?? 0);
        cell[j] = kept;
        next[j] = sigmoid(o ?? 0) * Math.tanh(kept);
      }
      hidden = next;
      states.set(hidden, (b * length + t) * hiddenSize);
    }
  }
  return whole(states);
}
