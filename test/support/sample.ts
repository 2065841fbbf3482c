/** Which part of a suite runs: all of it in the full run, the same sample of it otherwise. */

/** Whether everything is to run. */
export const isFull = process.env.QKV_TEST === 'full';

/** Every n-th item, the first among them; all in the full run. */
export function sampled<T>(items: readonly T[], n: number): readonly T[] {
  return isFull ? items : items.filter((_, i) => i % n === 0);
}

/**
 * The items that one of several tests takes of a list that all of them could go through: `count` of
 * them, evenly spread, from another place for each test, so that together the tests take every item;
 * all in the full run.
 * @param test the number of the test among those that share the list
 */
export function shared<T>(items: readonly T[], test: number, count = 1): readonly T[] {
  if (isFull || items.length <= count) return items;
  // Not an even part: items beside each other in the list differ in more than one way.
  const stride = Math.ceil((items.length + 1) / count);
  const taken = Array.from({ length: count }, (_, i) => (test + i * stride) % items.length);
  return items.filter((_, i) => taken.includes(i));
}

/** A number for the full run, and a smaller one for the sample. */
export function inFull(full: number, sample: number): number {
  return isFull ? full : sample;
}
