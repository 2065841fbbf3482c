/**
 * The GPU device: opens it with the limits of its adapter, counts its buffers, and notices its loss. Nothing
 * here touches `navigator` before `openDevice` is called.
 */
import {
  checkOptions,
  DeviceError,
  DeviceLostError,
  DisposedError,
  OptionError,
} from '../core/errors';
import type { Target } from '../graph/op';
import type { Kernels } from '../graph/target';
import { PipelineCache } from './pipelines';
import { NO_TUNING, type Tuning, type TuningStore } from './tuning';

/** Features that are used where present, and never required. */
const WANTED_FEATURES = ['subgroups', 'shader-f16', 'timestamp-query'] as const;

/** Number of cores that is assumed where the platform does not tell, as in Node 20. */
const COMMON_CORES = 4;

/** Which device to open, and what is known of its adapter. */
export interface DeviceOptions {
  /** WebGPU entry point; `navigator.gpu` by default. */
  readonly gpu?: GPU;
  /** A device to use instead of opening one; it stays the caller's. */
  readonly device?: GPUDevice;
  /**
   * What was measured and checked on this adapter, or the store that has it; by default, kernels are chosen by
   * rules.
   */
  readonly tuning?: Tuning | TuningStore;
  /**
   * Further kernels: `allKernels`. A tuning chooses among them, and some pay off in long use of a software
   * adapter. By default programs use only those that are chosen without measuring.
   */
  readonly kernels?: Kernels;
}

/** How long a rejection waits for the loss of the device that may have caused it. */
const LOSS_MILLISECONDS = 100;

/**
 * A device with its pipelines, and the bytes allocated on it. A fork shares the GPU device on behalf of one
 * owner: its buffers are counted separately and freed together.
 */
export class Device {
  readonly gpu: GPUDevice;
  /** Vendor, architecture and description of the adapter, for reports. */
  readonly adapterName: string;
  /** @internal The pipelines of programs on this device. */
  readonly pipelines: PipelineCache;
  /** Resolves when the GPU device is lost; stays pending when it is disposed. Never rejects. */
  readonly lost: Promise<DeviceLostError>;
  readonly #owned: boolean;
  readonly #parent: Device | undefined;
  readonly #forks = new Set<Device>();
  readonly #buffers = new Set<GPUBuffer>();
  readonly #waiting = new Set<(error: Error) => void>();
  #target: Target;
  #tuning = NO_TUNING;
  #liveBuffers = 0;
  #liveBytes = 0;
  #failure: Error | undefined;

  /**
   * @param owned whether to destroy the GPU device when this one is disposed
   * @param kernels further ones to choose from
   */
  constructor(gpu: GPUDevice, owned: boolean, parent?: Device, kernels?: Kernels) {
    this.gpu = gpu;
    this.#owned = owned;
    this.#parent = parent;
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
      ...(kernels && { kernels }),
    };
    this.pipelines = parent?.pipelines ?? new PipelineCache(this);
    this.lost = parent?.lost ?? this.#watch();
  }

  /**
   * A device that shares the GPU device and its pipelines on behalf of one owner, whose buffers are freed by
   * disposing of it.
   * @throws DisposedError, DeviceLostError
   */
  fork(): Device {
    this.assertUsable();
    const fork = new Device(this.gpu, false, this);
    this.#forks.add(fork);
    return fork;
  }

  /** The target that programs are compiled for. */
  get target(): Target {
    return this.#parent?.target ?? this.#target;
  }

  /** The key for stored tunings: adapter, and browser with its version, as far as they tell. */
  get adapterKey(): string {
    const agent = typeof navigator === 'undefined' ? '' : navigator.userAgent;
    return `${this.adapterName} | ${agent || 'no browser'}`;
  }

  /** The tuning in force. */
  get tuning(): Tuning {
    return this.#parent?.tuning ?? this.#tuning;
  }

  /**
   * Sets the tuning, for programs that are created later on this device and all its forks.
   * @throws OptionError when the device was opened without kernels to choose among
   */
  useTuning(tuning: Tuning): void {
    if (this.#parent !== undefined) {
      this.#parent.useTuning(tuning);
      return;
    }
    const { tuned } = tunable(this.#target.kernels);
    this.#tuning = tuning;
    this.#target = tuned?.(this.#target, tuning) ?? this.#target;
  }

  /** Number of buffers that this device and its forks have created and not destroyed. */
  get liveBuffers(): number {
    return this.#liveBuffers;
  }

  /** Bytes of those buffers. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  /**
   * Creates a buffer, which is counted until it is destroyed.
   * @throws DisposedError after dispose()
   */
  createBuffer(byteLength: number, usage: GPUBufferUsageFlags, label: string): GPUBuffer {
    this.assertUsable();
    const size = bufferBytes(byteLength);
    if (size > this.gpu.limits.maxBufferSize) {
      throw new DeviceError(
        `${label}: needs a buffer of ${size} bytes, this device allows ` +
          `${this.gpu.limits.maxBufferSize}; use a smaller batch or model`,
      );
    }
    const buffer = this.gpu.createBuffer({ size, usage, label });
    this.#buffers.add(buffer);
    this.#count(1, size);
    return buffer;
  }

  /** Destroys a buffer that was created here. Does nothing when it was destroyed before, or after dispose(). */
  destroyBuffer(buffer: GPUBuffer): void {
    if (!this.#buffers.delete(buffer)) return;
    this.#count(-1, -buffer.size);
    buffer.destroy();
  }

  /** Throws when the device is disposed or lost. */
  assertUsable(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * Waits for a GPU promise, or fails when the device is lost or disposed first. A lost device rejects its
   * pending work, often before its loss is reported; the error is that of the loss all the same.
   */
  guard<T>(work: PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#failure === undefined) this.#waiting.add(reject);
      else reject(this.#failure);
      work.then(
        (value) => {
          this.#waiting.delete(reject);
          resolve(value);
        },
        async (error: unknown) => {
          if (this.#failure === undefined) await this.#awaitLoss();
          this.#waiting.delete(reject);
          reject(this.#failure ?? error);
        },
      );
    });
  }

  /**
   * Frees all buffers of this device and its forks, rejects all that waits for them, and destroys the GPU
   * device if it was opened here. Does nothing the second time.
   * @param reason the error for everything that waits or comes later
   */
  dispose(reason: Error = new DisposedError('the device was disposed; open a new one')): void {
    this.#fail(reason);
    for (const fork of this.#forks) fork.dispose(reason);
    for (const buffer of this.#buffers) this.destroyBuffer(buffer);
    if (this.#parent !== undefined) this.#parent.#forks.delete(this);
    if (this.#owned) this.gpu.destroy();
  }

  /** Resolves when the GPU device is lost. */
  async #watch(): Promise<DeviceLostError> {
    const { reason, message } = await this.gpu.lost;
    const loss = new DeviceLostError(
      `the GPU device was lost (${reason}): ${message || 'no details'}; revive() the model, or open ` +
        'a new device and load the last checkpoint',
    );
    // A loss that dispose() caused is not reported.
    if (this.#failure !== undefined) return new Promise(() => undefined);
    this.#fail(loss);
    return loss;
  }

  async #awaitLoss(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const waited = new Promise((resolve) => {
      timer = setTimeout(resolve, LOSS_MILLISECONDS);
    });
    await Promise.race([this.lost, waited]);
    clearTimeout(timer);
  }

  #count(buffers: number, bytes: number): void {
    this.#liveBuffers += buffers;
    this.#liveBytes += bytes;
    if (this.#parent !== undefined) this.#parent.#count(buffers, bytes);
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    for (const reject of this.#waiting) reject(error);
    this.#waiting.clear();
    for (const fork of this.#forks) fork.#fail(error);
  }
}

/** Size of a buffer for a number of bytes: whole vec4s, so that kernels may read the last one. */
export function bufferBytes(byteLength: number): number {
  return Math.ceil(byteLength / 16) * 16;
}

/**
 * Opens a WebGPU device with the adapter's own limits.
 * @throws DeviceError when there is no WebGPU or no adapter, saying what to do
 */
export async function openDevice(options: DeviceOptions = {}): Promise<Device> {
  checkOptions('openDevice', options, ['gpu', 'device', 'tuning', 'kernels']);
  const { tuning, kernels } = options;
  if (tuning !== undefined) tunable(kernels);
  const device = await openUntuned(options);
  if (tuning === undefined) return device;
  try {
    const found = 'load' in tuning ? await tuning.load(device.adapterKey) : tuning;
    if (found !== undefined) device.useTuning(found);
    return device;
  } catch (error) {
    device.dispose();
    throw error;
  }
}

/** The kernels that a tuning chooses among. @throws OptionError without any */
function tunable(kernels: Kernels | undefined): Kernels {
  if (kernels !== undefined) return kernels;
  throw new OptionError(
    "tuning: pass kernels to choose among: import { allKernels } from 'qkv', kernels: allKernels",
  );
}

/**
 * The entry point of WebGPU: the given one, or that of the page or worker.
 * @throws DeviceError where there is none
 */
export function webGpu(given: GPU | undefined): GPU {
  const gpu = given ?? (typeof navigator === 'undefined' ? undefined : navigator.gpu);
  if (gpu !== undefined) return gpu;
  throw new DeviceError(
    'no WebGPU here: use a browser that has it (Chrome or Edge 116+, Safari 26+, Firefox 141+) ' +
      'over https or on localhost, or pass `gpu` of the `webgpu` package in Node',
  );
}

async function openUntuned(options: DeviceOptions): Promise<Device> {
  const { kernels } = options;
  if (options.device !== undefined) return new Device(options.device, false, undefined, kernels);
  const gpu = webGpu(options.gpu);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw new DeviceError(
      'WebGPU found no adapter: check chrome://gpu, update the driver, reload the page after a ' +
        'GPU crash, or start Chrome with --enable-unsafe-webgpu if there is no GPU',
    );
  }
  const { limits } = adapter;
  const asked = adapter.requestDevice({
    requiredFeatures: WANTED_FEATURES.filter((name) => adapter.features.has(name)),
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
      // A compatibility adapter offers fewer unless more are requested.
      maxComputeInvocationsPerWorkgroup: Math.min(256, limits.maxComputeInvocationsPerWorkgroup),
      maxComputeWorkgroupSizeX: Math.min(256, limits.maxComputeWorkgroupSizeX),
    },
  });
  try {
    return new Device(await asked, true, undefined, kernels);
  } catch (cause) {
    throw new DeviceError(
      `the adapter gave no device (${cause instanceof Error ? cause.message : String(cause)}); reload ` +
        'the page, or close others that use the GPU',
      { cause },
    );
  }
}
