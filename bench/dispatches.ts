/** Counts what contestants submit, by wrapping WebGPU's own methods: no contestant is asked. */

export interface GpuCounts {
  readonly dispatches: number;
  readonly submits: number;
}

let counts = { dispatches: 0, submits: 0 };

/** Starts counting, on every device of the page. Call once, before any device is opened. */
export function countGpuWork(): void {
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', () => counts.dispatches++);
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroupsIndirect', () => counts.dispatches++);
  wrap(GPUQueue.prototype, 'submit', () => counts.submits++);
}

/** What a piece of work submits. */
export async function gpuCounts(work: () => Promise<unknown>): Promise<GpuCounts> {
  counts = { dispatches: 0, submits: 0 };
  await work();
  return { ...counts };
}

function wrap(prototype: object, name: string, count: () => void): void {
  const method: unknown = Reflect.get(prototype, name);
  if (typeof method !== 'function') return;
  Reflect.set(prototype, name, function wrapped(this: unknown, ...args: readonly unknown[]) {
    count();
    return Reflect.apply(method, this, args);
  });
}
