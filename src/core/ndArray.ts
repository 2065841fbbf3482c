/**
 * Dense float64 arrays with concrete shapes, for reference implementations and the CPU executor.
 * Simple rather than fast. Integers and booleans are represented exactly in float64.
 */
import { ShapeError } from './errors';
import { dimAt } from './shape';

/** A dense float64 array in row-major order. */
export class NdArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
  readonly #strides: readonly number[];

  constructor(shape: readonly number[], data?: Float64Array) {
    const size = shape.reduce((product, n) => product * n, 1);
    if (data !== undefined && data.length !== size) {
      throw new ShapeError(`array of shape [${shape}] needs ${size} values, found ${data.length}`);
    }
    this.shape = shape;
    this.data = data ?? new Float64Array(size);
    this.#strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, n) => product * n, 1));
  }

  static from(shape: readonly number[], values: ArrayLike<number>): NdArray {
    return new NdArray(shape, new Float64Array(values));
  }

  get size(): number {
    return this.data.length;
  }

  /** Size of an axis; negative axes count from the last. */
  dim(axis: number): number {
    return dimAt(this, axis);
  }

  /** The element at one index for each axis. */
  at(...index: readonly number[]): number {
    return this.data[this.#offset(index)] ?? Number.NaN;
  }

  set(value: number, ...index: readonly number[]): void {
    this.data[this.#offset(index)] = value;
  }

  add(value: number, ...index: readonly number[]): void {
    this.set(this.at(...index) + value, ...index);
  }

  /** The element at a flat row-major index. */
  flat(i: number): number {
    return this.data[i] ?? Number.NaN;
  }

  /** A view of the same data with another shape. */
  reshape(shape: readonly number[]): NdArray {
    return new NdArray(shape, this.data);
  }

  /** The element that broadcasting reads at an index of the broadcast shape. */
  broadcastAt(index: readonly number[]): number {
    const skip = index.length - this.shape.length;
    return this.at(...this.shape.map((n, i) => (n === 1 ? 0 : dimAt({ shape: index }, i + skip))));
  }

  #offset(index: readonly number[]): number {
    let offset = 0;
    for (let i = 0; i < this.shape.length; i++) {
      const at = index[i] ?? Number.NaN;
      if (!(at >= 0 && at < (this.shape[i] ?? 0)) || index.length !== this.shape.length) {
        throw new ShapeError(`index [${index}] is outside shape [${this.shape}]`);
      }
      offset += at * (this.#strides[i] ?? 0);
    }
    return offset;
  }
}

/** Calls f with every index of a shape in row-major order, and with its flat index. */
export function forEachIndex(
  shape: readonly number[],
  f: (index: readonly number[], flat: number) => void,
): void {
  const total = shape.reduce((product, n) => product * n, 1);
  const index = shape.map(() => 0);
  for (let flat = 0; flat < total; flat++) {
    f(index, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      index[axis] = next < (shape[axis] ?? 0) ? next : 0;
      if (index[axis] !== 0) break;
    }
  }
}
