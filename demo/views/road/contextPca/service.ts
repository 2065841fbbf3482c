/** Principal components of a few vectors, on the GPU. */
import type { Device } from 'qkv';
import { principalComponents } from 'qkv/inspect';

/** A plane through vectors: the one that shows most of their variance. */
export interface Plane {
  readonly mean: readonly number[];
  /** Two unit vectors. */
  readonly components: readonly (readonly number[])[];
  /** The parts of the variance along them. */
  readonly explained: readonly number[];
}

/** @param rows at least 3 vectors of at least 2 numbers */
export default async function planeOf(
  device: Device,
  rows: readonly (readonly number[])[],
): Promise<Plane> {
  const size = rows[0]?.length ?? 0;
  const matrix = { shape: [rows.length, size], data: Float32Array.from(rows.flat()) };
  const { mean, components, explained } = await principalComponents(device, matrix, 2);
  const numbers = Array.from(components.data);
  return {
    mean: Array.from(mean.data),
    components: [numbers.slice(0, size), numbers.slice(size)],
    explained: Array.from(explained.data),
  };
}
