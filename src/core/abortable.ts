/** Stops waiting for a promise as soon as an AbortSignal fires. */
import { AbortedError } from './errors';

/**
 * Resolves with the result of the work, or rejects with an AbortedError as soon as the signal
 * fires. The work itself is not interrupted, and its result is then ignored.
 * @param what names the work in the message
 */
export function abortable<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  what: string,
): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(new AbortedError(`${what}: aborted`, { cause: signal.reason }));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    const settled = () => signal.removeEventListener('abort', stop);
    work.then(resolve, reject).then(settled, settled);
  });
}
