/**
 * The counter-based random generator of the kernels on the CPU: pcg3d (Jarzynski and Olano 2020).
 */

/**
 * 32 random bits as an unsigned integer, equal to those of random_bits in shaders/lib/functions.
 */
export function randomBits(key: number, stream: number, index: number): number {
  const next = (v: number) => (Math.imul(v, 1664525) + 1013904223) | 0;
  let [x, y, z] = [next(index), next(stream), next(key)];
  const mix = () => {
    x = (x + Math.imul(y, z)) | 0;
    y = (y + Math.imul(z, x)) | 0;
    z = (z + Math.imul(x, y)) | 0;
  };
  mix();
  x ^= x >>> 16;
  y ^= y >>> 16;
  z ^= z >>> 16;
  mix();
  return x >>> 0;
}
