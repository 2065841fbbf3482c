/**
 * Manages an object on a device: creates it, serialises its calls, recreates it after a loss of the
 * device, and disposes of it. A creation that fails or is aborted leaves nothing allocated.
 */
import { abortable } from '../core/abortable';
import {
  AbortedError,
  checkOptions,
  type DeviceLostError,
  DisposedError,
  OptionError,
  shown,
  throwIfAborted,
} from '../core/errors';
import { Device, openDevice, webGpu } from '../gpu/device';
import type { Tuning, TuningStore } from '../gpu/tuning';
import type { Kernels } from '../graph/target';
import type { FetchOptions } from '../io';
import { LoadMeter, type LoadProgress } from './loadProgress';
import type { GpuMemory, Resident, ReviveOptions } from './onDevice';

/** The device of a load: an existing one, or how to open it. */
export interface DeviceChoice {
  /** A device that the caller owns and disposes of (default: one is opened). */
  readonly device?: Device | GPUDevice;
  /** The WebGPU entry point (default: `navigator.gpu`). */
  readonly gpu?: GPU;
  /** Measurements and self-check verdicts of this adapter, or a store of them; see openDevice. */
  readonly tuning?: Tuning | TuningStore;
  /** Additional kernels to choose from: `allKernels`; see openDevice. */
  readonly kernels?: Kernels;
}

/** Options of all loads. */
export interface ResidentOptions extends DeviceChoice, FetchOptions {
  /** Aborts the load immediately, even while it compiles, and frees everything. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Whether the next call after a loss of the device loads again (default false). */
  readonly revive?: boolean;
}

/** The names of those options. */
export const RESIDENT_OPTIONS: readonly (keyof ResidentOptions)[] = [
  ...(['device', 'gpu', 'tuning', 'kernels'] as const),
  ...(['fetch', 'headers', 'cache'] as const),
  ...(['signal', 'onProgress', 'revive'] as const),
];

/** What the creation of an object on a device can use. */
export interface CreationContext {
  /**
   * A fork of the device for this object, which frees all of its memory together; it may still be
   * opening.
   */
  readonly device: Promise<Device>;
  /** Fires when the creation fails or is aborted. */
  readonly signal: AbortSignal;
  readonly meter: LoadMeter;
}

/** Creates the object: called once for the load, and once for each revival. */
export type Create<T> = (context: CreationContext) => Promise<T>;

interface RootDevice {
  readonly root: Device;
  /** Whether the root was opened or wrapped here, so that it is disposed of with the object. */
  readonly isOwned: boolean;
}

interface DeviceFork extends RootDevice {
  readonly device: Device;
}

interface CreatedObject<T> extends DeviceFork {
  readonly value: T;
}

class ManagedResident<T extends { readonly memory: GpuMemory }> implements Resident<T> {
  readonly #what: string;
  readonly #create: Create<T>;
  readonly #choice: DeviceChoice;
  readonly #autoRevive: boolean;
  #current: CreatedObject<T>;
  #isLost = false;
  #reviving: Promise<void> | undefined;
  readonly #disposal = new AbortController();
  #lastRun: Promise<unknown> = Promise.resolve();

  constructor(
    what: string,
    create: Create<T>,
    choice: DeviceChoice,
    autoRevive: boolean,
    created: CreatedObject<T>,
  ) {
    this.#what = what;
    this.#create = create;
    this.#choice = choice;
    this.#autoRevive = autoRevive;
    this.#current = created;
    this.#watch(created);
  }

  get device(): Device {
    return this.#current.device;
  }

  get memory(): GpuMemory {
    const { planned } = this.#current.value.memory;
    return { planned, live: this.#current.device.liveBytes };
  }

  get lost(): Promise<DeviceLostError> {
    return this.#current.device.lost;
  }

  get value(): T {
    return this.#current.value;
  }

  run<R>(work: (value: T) => Promise<R>, signal?: AbortSignal): Promise<R> {
    const result = this.#lastRun.then(() => {
      throwIfAborted(signal, this.#what);
      return this.runNow(work);
    });
    this.#lastRun = result.catch(() => undefined);
    return abortable(result, signal, this.#what);
  }

  async runNow<R>(work: (value: T) => Promise<R>): Promise<R> {
    if (this.#isLost && this.#autoRevive) await this.revive();
    this.#current.device.assertUsable();
    return work(this.#current.value);
  }

  async revive(options: ReviveOptions = {}): Promise<void> {
    checkOptions('revive', options, ['device', 'signal', 'onProgress']);
    if (this.#disposal.signal.aborted) throw this.#disposed();
    if (!this.#isLost && options.device === undefined) return;
    this.#reviving ??= this.#revive(options).finally(() => {
      this.#reviving = undefined;
    });
    await this.#reviving;
  }

  dispose(): void {
    if (this.#disposal.signal.aborted) return;
    const reason = this.#disposed();
    release(this.#current, reason);
    this.#disposal.abort(reason);
  }

  async #revive({ device, signal, onProgress }: ReviveOptions): Promise<void> {
    const choice = device === undefined ? this.#choice : { ...this.#choice, device };
    // Freed first, because a device that the caller owns would go on counting the lost buffers.
    if (this.#isLost) this.#current.device.dispose();
    const ended = AbortSignal.any([this.#disposal.signal, ...(signal ? [signal] : [])]);
    try {
      const next = await createOnDevice(this.#what, choice, this.#create, ended, onProgress);
      const previous = this.#current;
      this.#current = next;
      this.#isLost = false;
      this.#watch(next);
      release(previous, this.#disposed());
    } catch (error) {
      throw this.#disposal.signal.aborted ? this.#disposed() : error;
    }
  }

  #watch(created: CreatedObject<T>): void {
    void created.device.lost.then(() => {
      if (this.#current === created) this.#isLost = true;
    });
  }

  #disposed(): DisposedError {
    return new DisposedError(`the ${this.#what} was disposed; load it again`);
  }
}

/**
 * Creates an object on a device, and manages it.
 * @param what names the object in messages: 'translator'
 * @throws DeviceError, DeviceLostError, AbortedError, and any error of `create`
 */
export async function createResident<T extends { readonly memory: GpuMemory }>(
  what: string,
  create: Create<T>,
  options: ResidentOptions,
): Promise<Resident<T>> {
  const { device, gpu, tuning, kernels, signal, onProgress, revive = false } = options;
  if (device instanceof Device && (tuning !== undefined || kernels !== undefined)) {
    throw new OptionError('tuning, kernels: a Device has its own; pass them to openDevice');
  }
  const choice = {
    ...(gpu && { gpu }),
    ...(tuning && { tuning }),
    ...(kernels && { kernels }),
  };
  const first = device === undefined ? choice : { ...choice, device };
  const created = await createOnDevice(what, first, create, signal, onProgress);
  return new ManagedResident(what, create, choice, revive, created);
}

/** Opens or wraps the device and creates the object on it; frees everything if any part fails. */
async function createOnDevice<T>(
  what: string,
  choice: DeviceChoice,
  create: Create<T>,
  signal: AbortSignal | undefined,
  onProgress: ((progress: LoadProgress) => void) | undefined,
): Promise<CreatedObject<T>> {
  throwIfAborted(signal, what);
  // Without WebGPU this throws before anything is downloaded.
  if (choice.device === undefined) webGpu(choice.gpu);
  const stop = new AbortController();
  const meter = new LoadMeter(onProgress);
  let fork: DeviceFork | undefined;
  /** The first failure is reported; later ones are its consequences. */
  const fail = (reason: unknown): void => {
    if (stop.signal.aborted) return;
    meter.close();
    if (fork !== undefined) release(fork, reason);
    stop.abort(reason);
  };
  const onAbort = () => fail(new AbortedError(`${what}: aborted`, { cause: signal?.reason }));
  signal?.addEventListener('abort', onAbort, { once: true });
  const opening = openRoot(choice).then((opened) => {
    if (stop.signal.aborted && opened.isOwned) opened.root.dispose();
    stop.signal.throwIfAborted();
    fork = { ...opened, device: opened.root.fork() };
    return fork.device;
  });
  // If the device cannot be opened, downloads stop.
  opening.catch(fail);
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true });
  });
  try {
    const creating = create({ device: opening, signal: stop.signal, meter });
    const [value] = await Promise.race([Promise.all([creating, opening]), stopped]);
    stop.signal.throwIfAborted();
    meter.ready();
    // The caller may abort from within the last progress report.
    stop.signal.throwIfAborted();
    if (fork === undefined) throw new DisposedError(`the ${what} has no device`);
    return { ...fork, value };
  } catch (error) {
    fail(error);
    throw stop.signal.reason;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

async function openRoot(choice: DeviceChoice): Promise<RootDevice> {
  const { device, ...options } = choice;
  if (device === undefined) return { root: await openDevice(options), isOwned: true };
  if (device instanceof Device) return { root: device, isOwned: false };
  if (typeof device !== 'object' || device === null || !('createComputePipelineAsync' in device)) {
    throw new OptionError(`device: expected a Device or a GPUDevice, found ${shown(device)}`);
  }
  const { gpu: _, ...rest } = options;
  // Only the wrapper is owned: disposing of it does not destroy the caller's GPUDevice.
  return { root: await openDevice({ ...rest, device }), isOwned: true };
}

function release({ device, root, isOwned }: DeviceFork, reason: unknown): void {
  const error = reason instanceof Error ? reason : new AbortedError(String(reason));
  device.dispose(error);
  if (isOwned) root.dispose(error);
}
