/**
 * WebGPU reports rejected work only in error scopes: without one, the results of such work read as zeros. A
 * scope covers one synchronous series of calls.
 */

/** Error types: mistakes in calls, and lack of memory. */
const FILTERS = ['validation', 'out-of-memory'] as const;

/** The result of a series of calls, and WebGPU's first message if it rejected any of them. */
export interface Checked<T> {
  readonly value: T;
  readonly refusal: Promise<string | undefined>;
}

/** Runs synchronous calls to WebGPU in an error scope. Exceptions of the calls are passed on. */
export function checked<T>(gpu: GPUDevice, calls: () => T): Checked<T> {
  for (const filter of FILTERS) gpu.pushErrorScope(filter);
  const close = async () => {
    // A lost device reports nothing here; its loss rejects whatever waits for it.
    const errors = await Promise.all(FILTERS.map(() => gpu.popErrorScope().catch(() => null)));
    return errors.find((error) => error !== null)?.message;
  };
  let value: T;
  try {
    value = calls();
  } catch (error) {
    void close();
    throw error;
  }
  return { value, refusal: close() };
}
