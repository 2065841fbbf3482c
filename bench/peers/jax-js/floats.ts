/** An array's values. Consumes the array. */
import type { numpy as np } from '@jax-js/jax';

export async function floats(array: np.Array): Promise<Float32Array> {
  const data = await array.data();
  if (data instanceof Float32Array) return data;
  throw new Error(`jax-js: expected f32, found ${array.dtype}`);
}
