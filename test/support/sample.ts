/** Which part of a suite runs: all of it in the full run, the same sample of it otherwise. */

/** Whether everything is to run. */
export const isFull = process.env.QKV_TEST === 'full';

/** Every n-th item, the first among them; all in the full run. */
export function sampled<T>(items: readonly T[], n: number): readonly T[] {
  return isFull ? items : items.filter((_, i) => i % n === 0);
}
