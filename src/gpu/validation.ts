/**
 * WebGPU tells of what it refuses in error scopes alone: without one, work that it refused reads as
 * zeros. A scope takes what one synchronous stretch of calls does wrong.
 */

/** Errors of ours or the caller's, and of memory that is not there. */
const FILTERS = ['validation', 'out-of-memory'] as const;

/** What a stretch of calls gave, and WebGPU's first message against it; undefined when there is none. */
export interface Checked<T> {
  readonly value: T;
  readonly refusal: Promise<string | undefined>;
}

/** Runs calls to WebGPU that do not wait for anything; what they throw is thrown. */
export function checked<T>(gpu: GPUDevice, calls: () => T): Checked<T> {
  for (const filter of FILTERS) gpu.pushErrorScope(filter);
  const close = async () => {
    // A lost device tells nothing here; its loss is told by whatever waits for it.
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
