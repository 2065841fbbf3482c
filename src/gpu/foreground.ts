/**
 * Priority of work that a person waits for. A GPU works in the order of submits, so a training step begins only
 * when no foreground work is in flight.
 */

const running = new Set<Promise<unknown>>();

/** Marks work that somebody waits for, such as decoding, as foreground work. */
export function inForeground<T>(work: Promise<T>): Promise<T> {
  const ended = work.then(
    () => undefined,
    () => undefined,
  );
  running.add(ended);
  void ended.then(() => running.delete(ended));
  return work;
}

/**
 * Waits for the foreground work in flight. Work that begins meanwhile is not waited for, so that training goes
 * on.
 */
export async function foregroundEnds(): Promise<void> {
  await Promise.all(running);
}
