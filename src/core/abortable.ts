/** Waiting that an AbortSignal ends at once, whatever the work does meanwhile. */
import { AbortedError } from './errors';

/**
 * The result of some work, or an AbortedError as soon as the signal fires. The work itself goes on to its
 * end, and how it ends then is nobody's concern.
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
