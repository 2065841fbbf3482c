/**
 * Durations of compute passes: by GPU timestamps where the device has them, else by the CPU clock around a
 * submit of each, which includes submitting and waiting. Browsers round timestamps to 0.1 ms unless started
 * with --enable-webgpu-developer-features.
 */
import type { Device } from './device';
import { readBuffer } from './states';

/** Durations of the passes of a run. */
export interface PassTimes {
  readonly clock: 'gpu' | 'wall';
  /** For each pass. */
  readonly milliseconds: readonly number[];
}

/** Passes per submit: drivers abort submits that take long. */
const BATCH = 16;
const TIMESTAMP_BYTES = 8;

/** Runs passes one after another, and times each. */
export async function timePasses(
  device: Device,
  passes: readonly ((pass: GPUComputePassEncoder) => void)[],
): Promise<PassTimes> {
  const clock = device.gpu.features.has('timestamp-query') ? 'gpu' : 'wall';
  const milliseconds: number[] = [];
  const size = clock === 'gpu' ? BATCH : 1;
  for (let at = 0; at < passes.length; at += size) {
    const batch = passes.slice(at, at + size);
    milliseconds.push(...(await (clock === 'gpu' ? byTimestamps : byWall)(device, batch)));
  }
  return { clock, milliseconds };
}

type Passes = readonly ((pass: GPUComputePassEncoder) => void)[];

async function byWall(device: Device, passes: Passes): Promise<readonly number[]> {
  const { queue } = device.gpu;
  const encoder = device.gpu.createCommandEncoder();
  for (const encode of passes) {
    const pass = encoder.beginComputePass();
    encode(pass);
    pass.end();
  }
  const start = performance.now();
  queue.submit([encoder.finish()]);
  await device.guard(queue.onSubmittedWorkDone());
  return [performance.now() - start];
}

async function byTimestamps(device: Device, passes: Passes): Promise<readonly number[]> {
  const { gpu } = device;
  const count = 2 * passes.length;
  const byteLength = count * TIMESTAMP_BYTES;
  const querySet = gpu.createQuerySet({ type: 'timestamp', count });
  const resolveUsage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
  const resolved = device.createBuffer(byteLength, resolveUsage, 'timestamps');
  try {
    const encoder = gpu.createCommandEncoder();
    for (const [i, encode] of passes.entries()) {
      const timestampWrites = {
        querySet,
        beginningOfPassWriteIndex: 2 * i,
        endOfPassWriteIndex: 2 * i + 1,
      };
      const pass = encoder.beginComputePass({ timestampWrites });
      encode(pass);
      pass.end();
    }
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    gpu.queue.submit([encoder.finish()]);
    const nanoseconds = new BigInt64Array(await readBuffer(device, resolved, 0, byteLength));
    return passes.map((_, i) => {
      const [start = 0n, end = 0n] = nanoseconds.subarray(2 * i, 2 * i + 2);
      // A GPU whose clock rate changes meanwhile may report negative durations.
      return Math.max(0, Number(end - start) / 1e6);
    });
  } finally {
    querySet.destroy();
    device.destroyBuffer(resolved);
  }
}
