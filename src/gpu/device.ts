/**
 * The GPU device: opened with what the adapter offers, counted, and raced against its loss. Nothing
 * here touches `navigator` before `openDevice` is called.
 */
import { DeviceError, DeviceLostError, DisposedError } from '../core/errors';
import type { Target } from '../graph/op';
import { PipelineCache } from './pipelines';
import { NO_TUNING, type Tuning, type TuningStore, tunedTarget } from './tuning';

/** Features used where present and never required. */
const WANTED_FEATURES = ['subgroups', 'shader-f16', 'timestamp-query'] as const;

/** Cores of a machine that does not tell, as in Node 20. */
const COMMON_CORES = 4;

/** Which device is opened, and what is known of its adapter. */
export interface DeviceOptions {
  /** WebGPU entry point; `navigator.gpu` by default. */
  readonly gpu?: GPU;
  /** Use this device, which the caller owns, in place of opening one. */
  readonly device?: GPUDevice;
  /** What was measured and checked on this adapter, or where it is kept; kernels are guessed without. */
  readonly tuning?: Tuning | TuningStore;
}

/** A device with its pipelines, and the bytes that live on it. */
export class Device {
  readonly gpu: GPUDevice;
  /** Vendor, architecture and description of the adapter, for reports. */
  readonly adapterName: string;
  /** @internal Of programs on this device. */
  readonly pipelines: PipelineCache;
  readonly #owned: boolean;
  #target: Target;
  #tuning = NO_TUNING;
  readonly #waiting = new Set<(error: Error) => void>();
  #buffers = 0;
  #bytes = 0;
  #failure: Error | undefined;

  constructor(gpu: GPUDevice, owned: boolean) {
    this.gpu = gpu;
    this.#owned = owned;
    const info: GPUAdapterInfo | undefined = gpu.adapterInfo;
    const words = [info?.vendor, info?.architecture, info?.description].filter((word) => word);
    this.adapterName = words.join(' ') || 'unknown adapter';
    this.#target = {
      subgroups: gpu.features.has('subgroups'),
      subgroupMinSize: info?.subgroupMinSize ?? 4,
      subgroupMaxSize: info?.subgroupMaxSize ?? 128,
      workgroupMemory: gpu.limits.maxComputeWorkgroupStorageSize,
      shaderF16: gpu.features.has('shader-f16'),
      software: /swiftshader|llvmpipe|software|basic render/i.test(this.adapterName),
      cores: globalThis.navigator?.hardwareConcurrency ?? COMMON_CORES,
    };
    this.pipelines = new PipelineCache(this);
    void gpu.lost.then(({ reason, message }) => {
      this.#fail(
        new DeviceLostError(
          `the GPU device was lost (${reason}): ${message || 'no details'}; open a new device and ` +
            'load the last checkpoint',
        ),
      );
    });
  }

  /** What programs are compiled for. */
  get target(): Target {
    return this.#target;
  }

  /** What tunings are kept under: adapter, and browser with its version, as far as they tell. */
  get adapterKey(): string {
    const agent = typeof navigator === 'undefined' ? '' : navigator.userAgent;
    return `${this.adapterName} | ${agent || 'no browser'}`;
  }

  /** The tuning in force. */
  get tuning(): Tuning {
    return this.#tuning;
  }

  /** Takes another tuning; programs that are created later follow it. */
  useTuning(tuning: Tuning): void {
    this.#tuning = tuning;
    this.#target = tunedTarget(this.#target, tuning);
  }

  /** Buffers that were created through this device and not destroyed. */
  get liveBuffers(): number {
    return this.#buffers;
  }

  /** Their bytes. */
  get liveBytes(): number {
    return this.#bytes;
  }

  /**
   * A buffer that is counted until it is destroyed.
   * @throws DisposedError after dispose()
   */
  createBuffer(byteLength: number, usage: GPUBufferUsageFlags, label: string): GPUBuffer {
    this.assertUsable();
    const size = Math.ceil(byteLength / 16) * 16;
    if (size > this.gpu.limits.maxBufferSize) {
      throw new DeviceError(
        `${label}: needs a buffer of ${size} bytes, this device allows ` +
          `${this.gpu.limits.maxBufferSize}; use a smaller batch or model`,
      );
    }
    const buffer = this.gpu.createBuffer({ size, usage, label });
    this.#buffers++;
    this.#bytes += size;
    return buffer;
  }

  destroyBuffer(buffer: GPUBuffer): void {
    this.#buffers--;
    this.#bytes -= buffer.size;
    buffer.destroy();
  }

  /** Throws when the device is disposed or lost. */
  assertUsable(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Waits for a GPU promise, or fails when the device is lost or disposed first. */
  guard<T>(work: PromiseLike<T>): Promise<T> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      work.then(
        (value) => {
          this.#waiting.delete(reject);
          resolve(value);
        },
        (error: unknown) => {
          this.#waiting.delete(reject);
          // A lost device also rejects its pending work: report the loss, which says more.
          reject(this.#failure ?? error);
        },
      );
    });
  }

  /** Releases the device if it was opened here. Harmless twice. */
  dispose(): void {
    this.#fail(new DisposedError('the device was disposed; open a new one'));
    if (this.#owned) this.gpu.destroy();
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
  }
}

/**
 * Opens a WebGPU device with the adapter's own limits.
 * @throws DeviceError when there is no WebGPU or no adapter, saying what to do
 */
export async function openDevice(options: DeviceOptions = {}): Promise<Device> {
  const device = await openUntuned(options);
  const { tuning } = options;
  if (tuning !== undefined) {
    const found = 'load' in tuning ? await tuning.load(device.adapterKey) : tuning;
    if (found !== undefined) device.useTuning(found);
  }
  return device;
}

async function openUntuned(options: DeviceOptions): Promise<Device> {
  if (options.device !== undefined) return new Device(options.device, false);
  const gpu = options.gpu ?? (typeof navigator === 'undefined' ? undefined : navigator.gpu);
  if (gpu === undefined) {
    throw new DeviceError(
      'no WebGPU here: use a browser that has it (Chrome or Edge 113+, Safari 26+, Firefox 141+) ' +
        'over https or on localhost, or pass `gpu` of the `webgpu` package in Node',
    );
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw new DeviceError(
      'WebGPU found no adapter: check chrome://gpu, update the driver, reload the page after a ' +
        'GPU crash, or start Chrome with --enable-unsafe-webgpu on a machine without a GPU',
    );
  }
  const { limits } = adapter;
  const device = await adapter.requestDevice({
    requiredFeatures: WANTED_FEATURES.filter((name) => adapter.features.has(name)),
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      // A compatibility adapter gives fewer unless it is asked.
      maxComputeInvocationsPerWorkgroup: Math.min(256, limits.maxComputeInvocationsPerWorkgroup),
      maxComputeWorkgroupSizeX: Math.min(256, limits.maxComputeWorkgroupSizeX),
    },
  });
  return new Device(device, true);
}
