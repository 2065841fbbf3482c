/**
 * Counts contestants' work on the GPU by wrapping WebGPU's methods. A buffer belongs to the
 * contestant that is running when it is created. Buffers that are garbage-collected rather than
 * destroyed count as live.
 */

export interface GpuCounts {
  readonly dispatches: number;
  readonly passes: number;
  readonly submits: number;
  readonly pipelines: number;
}

const NONE: GpuCounts = { dispatches: 0, passes: 0, submits: 0, pipelines: 0 };

interface Memory {
  live: number;
  peak: number;
}

let counts = { ...NONE };
let current = '';
const memory = new Map<string, Memory>();
const sizes = new WeakMap<object, { readonly owner: string; readonly bytes: number }>();

/** Starts counting on every device. Call once, before any device is opened. */
export function countGpuWork(): void {
  const { GPUComputePassEncoder, GPUCommandEncoder, GPUQueue, GPUDevice, GPUBuffer } = globalThis;
  const count = (name: keyof GpuCounts) => () => {
    counts = { ...counts, [name]: counts[name] + 1 };
  };
  wrap(GPUComputePassEncoder, 'dispatchWorkgroups', count('dispatches'));
  wrap(GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', count('dispatches'));
  wrap(GPUCommandEncoder, 'beginComputePass', count('passes'));
  wrap(GPUQueue, 'submit', count('submits'));
  wrap(GPUDevice, 'createComputePipeline', count('pipelines'));
  wrap(GPUDevice, 'createComputePipelineAsync', count('pipelines'));
  wrap(GPUDevice, 'createBuffer', (buffer) => created(buffer));
  wrap(GPUBuffer, 'destroy', (_, buffer) => destroyed(buffer));
}

/** Counts of GPU work. */
export async function gpuCounts<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly counts: GpuCounts }> {
  counts = { ...NONE };
  const value = await work();
  return { value, counts };
}

/** Sets the contestant that owns buffers created from now on. */
export function atWork(contestant: string): void {
  current = contestant;
}

/** Peak bytes of a contestant's buffers since the last call. */
export function takePeakBytes(contestant: string): number {
  const own = memoryOf(contestant);
  const { peak } = own;
  own.peak = own.live;
  return peak;
}

function memoryOf(contestant: string): Memory {
  const own = memory.get(contestant) ?? { live: 0, peak: 0 };
  memory.set(contestant, own);
  return own;
}

function created(buffer: unknown): void {
  if (!(buffer instanceof GPUBuffer)) return;
  sizes.set(buffer, { owner: current, bytes: buffer.size });
  const own = memoryOf(current);
  own.live += buffer.size;
  own.peak = Math.max(own.peak, own.live);
}

function destroyed(buffer: object): void {
  const known = sizes.get(buffer);
  if (known === undefined) return;
  sizes.delete(buffer);
  memoryOf(known.owner).live -= known.bytes;
}

/** Wraps a method so that `after` is called with its result and its receiver. */
function wrap(
  of: { readonly prototype: object },
  name: string,
  after: (result: unknown, self: object) => void,
): void {
  const method: unknown = Reflect.get(of.prototype, name);
  if (typeof method !== 'function') return;
  Reflect.set(of.prototype, name, function wrapped(this: object, ...args: readonly unknown[]) {
    const result: unknown = Reflect.apply(method, this, args);
    after(result, this);
    return result;
  });
}
