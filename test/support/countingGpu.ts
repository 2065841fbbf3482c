/** A GPU that counts what is opened on it and not given back: devices, and buffers of all of them. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { nodeGpu } from '../../tools/nodeGpu';

export interface CountingGpu {
  readonly gpu: GPU;
  readonly counts: { devices: number; buffers: number; opened: number };
  /** Runs at each step of opening and using devices: 'adapter', 'device', 'pipeline', 'buffer', ... */
  onStep: (step: string) => void;
  /** Whether kernels only seem to be compiled, which is quick: for loads after which nothing runs. */
  pretendsToCompile: boolean;
  /** Destroys what a test that failed left open. */
  closeAll(): void;
  /** Waits until devices that were being opened are there or gone. */
  settled(): Promise<void>;
}

/**
 * Dawn's entry point, counted, for all tests of a file: after each nothing may be left open, and no rejection
 * may have come without anybody who awaits it.
 */
export function useCountingGpu(): CountingGpu {
  const counting = countingGpu();
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  beforeAll(() => {
    process.on('unhandledRejection', note);
  });
  afterAll(() => {
    process.off('unhandledRejection', note);
  });
  afterEach(async () => {
    counting.onStep = () => undefined;
    counting.pretendsToCompile = false;
    await counting.settled();
    // Rejections are called unhandled a little later than they come.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const left = { ...counting.counts };
    counting.closeAll();
    expect(unhandled.splice(0)).toEqual([]);
    expect(left).toMatchObject({ devices: 0, buffers: 0 });
  });
  return counting;
}

function countingGpu(): CountingGpu {
  const counts = { devices: 0, buffers: 0, opened: 0 };
  const pending = new Set<Promise<unknown>>();
  const opened = new Set<GPUDevice>();
  const watch = <T>(work: Promise<T>): Promise<T> => {
    pending.add(work);
    const done = () => pending.delete(work);
    work.then(done, done);
    return work;
  };
  const requestDevice = async (adapter: GPUAdapter, descriptor?: GPUDeviceDescriptor) => {
    counting.onStep('device');
    const device = await adapter.requestDevice(descriptor);
    counts.devices++;
    counts.opened++;
    opened.add(device);
    countDevice(device, counting);
    return device;
  };
  const requestAdapter = async (options?: GPURequestAdapterOptions) => {
    counting.onStep('adapter');
    const adapter = await (await nodeGpu()).requestAdapter(options);
    if (adapter === null) return null;
    return new Proxy(adapter, {
      get: (target, name) => {
        if (name === 'requestDevice') {
          return (descriptor?: GPUDeviceDescriptor) => watch(requestDevice(target, descriptor));
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
  const gpu = { requestAdapter: (o?: GPURequestAdapterOptions) => watch(requestAdapter(o)) };
  const counting: CountingGpu = {
    gpu: gpu as unknown as GPU,
    counts,
    onStep: () => undefined,
    pretendsToCompile: false,
    closeAll: () => {
      for (const device of opened) device.destroy();
      opened.clear();
    },
    async settled() {
      while (pending.size > 0) {
        await Promise.allSettled([...pending]);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
  };
  return counting;
}

function countDevice(device: GPUDevice, counting: CountingGpu): void {
  const { counts } = counting;
  const live = new Set<GPUBuffer>();
  let isOpen = true;
  const close = () => {
    if (isOpen) counts.devices--;
    isOpen = false;
    // The device takes its buffers along.
    counts.buffers -= live.size;
    live.clear();
  };
  const { createBuffer, destroy, createComputePipelineAsync } = device;
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer.call(device, descriptor);
    if (isOpen) {
      counts.buffers++;
      live.add(buffer);
    }
    const free = buffer.destroy;
    buffer.destroy = () => {
      if (live.delete(buffer)) counts.buffers--;
      free.call(buffer);
      return undefined;
    };
    counting.onStep('buffer');
    return buffer;
  };
  device.createComputePipelineAsync = async (descriptor) => {
    counting.onStep('pipeline');
    if (counting.pretendsToCompile) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return {} as GPUComputePipeline;
    }
    return createComputePipelineAsync.call(device, descriptor);
  };
  device.destroy = () => {
    close();
    destroy.call(device);
    return undefined;
  };
}
