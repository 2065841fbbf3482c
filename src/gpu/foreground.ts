/**
 * Who goes first: what a person waits for, before what may wait. A GPU does its work in the order in which it
 * is submitted, so that a training step begins only when nothing in the foreground is under way.
 */

const running = new Set<Promise<unknown>>();

/** Work that somebody waits for: decoding. */
export function inForeground<T>(work: Promise<T>): Promise<T> {
  const ended = work.then(
    () => undefined,
    () => undefined,
  );
  running.add(ended);
  void ended.then(() => running.delete(ended));
  return work;
}

/** Ends with what is in the foreground now; what begins meanwhile waits for a step in its turn. */
export async function foregroundEnds(): Promise<void> {
  await Promise.all(running);
}
