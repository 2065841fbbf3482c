/**
 * The life of something that lives on a device: made there, used by one call after the other, lost with the
 * device and made again, disposed. Whatever ends a load early leaves nothing behind.
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

/** Which device to live on. */
export interface DeviceChoice {
  /** A device of the caller's, who disposes of it; one is opened without. */
  readonly device?: Device | GPUDevice;
  /** WebGPU entry point; `navigator.gpu` by default. */
  readonly gpu?: GPU;
  /** What was measured and checked on this adapter, or where it is kept; see openDevice. */
  readonly tuning?: Tuning | TuningStore;
  /** Further kernels to choose from: `allKernels`; see openDevice. */
  readonly kernels?: Kernels;
}

/** What every load may be told: where things come from and go, and how to follow, end and repeat it. */
export interface ResidentOptions extends DeviceChoice, FetchOptions {
  /** Ends the load at once, also while it compiles, and leaves nothing behind. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Load again, at the next call, when the device was lost; false by default. */
  readonly revive?: boolean;
}

/** The names of those options. */
export const RESIDENT_OPTIONS: readonly (keyof ResidentOptions)[] = [
  ...(['device', 'gpu', 'tuning', 'kernels'] as const),
  ...(['fetch', 'headers', 'cache'] as const),
  ...(['signal', 'onProgress', 'revive'] as const),
];

/** What making something on a device has at hand. */
export interface Making {
  /** For this alone: what is allocated on it is freed together. Being opened meanwhile. */
  readonly device: Promise<Device>;
  /** Fires when the load ends early, whatever for. */
  readonly signal: AbortSignal;
  readonly meter: LoadMeter;
}

/** Makes it, once for a load and once for each revival. */
export type Make<T> = (making: Making) => Promise<T>;

interface Acquired {
  readonly root: Device;
  /** Whether the root was opened or wrapped here, and is disposed of with what lives on it. */
  readonly isOwn: boolean;
}

interface Holding<T> extends Acquired {
  readonly value: T;
  readonly device: Device;
}

class Residence<T extends { readonly memory: GpuMemory }> implements Resident<T> {
  readonly #what: string;
  readonly #make: Make<T>;
  readonly #choice: DeviceChoice;
  readonly #revivesItself: boolean;
  #holding: Holding<T>;
  #isLost = false;
  #reviving: Promise<void> | undefined;
  readonly #disposal = new AbortController();
  #busy: Promise<unknown> = Promise.resolve();

  constructor(
    what: string,
    make: Make<T>,
    choice: DeviceChoice,
    revivesItself: boolean,
    holding: Holding<T>,
  ) {
    this.#what = what;
    this.#make = make;
    this.#choice = choice;
    this.#revivesItself = revivesItself;
    this.#holding = holding;
    this.#watch(holding);
  }

  get device(): Device {
    return this.#holding.device;
  }

  get memory(): GpuMemory {
    const { planned } = this.#holding.value.memory;
    return { planned, live: this.#holding.device.liveBytes };
  }

  get lost(): Promise<DeviceLostError> {
    return this.#holding.device.lost;
  }

  get value(): T {
    return this.#holding.value;
  }

  run<R>(work: (value: T) => Promise<R>, signal?: AbortSignal): Promise<R> {
    const result = this.#busy.then(() => {
      throwIfAborted(signal, this.#what);
      return this.runNow(work);
    });
    this.#busy = result.catch(() => undefined);
    return abortable(result, signal, this.#what);
  }

  async runNow<R>(work: (value: T) => Promise<R>): Promise<R> {
    if (this.#isLost && this.#revivesItself) await this.revive();
    this.#holding.device.assertUsable();
    return work(this.#holding.value);
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
    release(this.#holding, reason);
    this.#disposal.abort(reason);
  }

  async #revive({ device, signal, onProgress }: ReviveOptions): Promise<void> {
    const choice = device === undefined ? this.#choice : { ...this.#choice, device };
    // What was lost is freed first: on a device of the caller's it would be counted until the end.
    if (this.#isLost) this.#holding.device.dispose();
    const ended = new AbortController();
    const sources = [this.#disposal.signal, ...(signal === undefined ? [] : [signal])];
    const end = () => ended.abort(sources.find(({ aborted }) => aborted)?.reason);
    for (const source of sources) source.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
    try {
      const holding = await establish(this.#what, choice, this.#make, ended.signal, onProgress);
      const before = this.#holding;
      this.#holding = holding;
      this.#isLost = false;
      this.#watch(holding);
      release(before, this.#disposed());
    } catch (error) {
      throw this.#disposal.signal.aborted ? this.#disposed() : error;
    } finally {
      for (const source of sources) source.removeEventListener('abort', end);
    }
  }

  #watch(holding: Holding<T>): void {
    void holding.device.lost.then(() => {
      if (this.#holding === holding) this.#isLost = true;
    });
  }

  #disposed(): DisposedError {
    return new DisposedError(`the ${this.#what} was disposed; load it again`);
  }
}

/**
 * Makes something on a device.
 * @param what it is, for messages: 'translator'
 * @throws DeviceError, DeviceLostError, AbortedError, and whatever making it throws
 */
export async function reside<T extends { readonly memory: GpuMemory }>(
  what: string,
  make: Make<T>,
  options: ResidentOptions,
): Promise<Resident<T>> {
  const { device, gpu, tuning, kernels, signal, onProgress, revive = false } = options;
  if (device instanceof Device && (tuning !== undefined || kernels !== undefined)) {
    throw new OptionError(
      'tuning, kernels: a device that is handed in has its own; see openDevice and Device.useTuning',
    );
  }
  const choice = {
    ...(gpu && { gpu }),
    ...(tuning && { tuning }),
    ...(kernels && { kernels }),
  };
  const first = device === undefined ? choice : { ...choice, device };
  const holding = await establish(what, first, make, signal, onProgress);
  return new Residence(what, make, choice, revive, holding);
}

/** Opens or takes the device and makes something on it; all is undone when any part fails. */
async function establish<T>(
  what: string,
  choice: DeviceChoice,
  make: Make<T>,
  signal: AbortSignal | undefined,
  onProgress: ((progress: LoadProgress) => void) | undefined,
): Promise<Holding<T>> {
  throwIfAborted(signal, what);
  // Where there is no WebGPU nothing is even begun.
  if (choice.device === undefined) webGpu(choice.gpu);
  const stop = new AbortController();
  const meter = new LoadMeter(onProgress);
  let held: (Acquired & { readonly device: Device }) | undefined;
  /** The first failure counts: others follow from it. */
  const fail = (reason: unknown): void => {
    if (stop.signal.aborted) return;
    meter.close();
    if (held !== undefined) release(held, reason);
    stop.abort(reason);
  };
  const onAbort = () => fail(new AbortedError(`${what}: aborted`, { cause: signal?.reason }));
  signal?.addEventListener('abort', onAbort, { once: true });
  const opening = acquire(choice).then((acquired) => {
    if (stop.signal.aborted && acquired.isOwn) acquired.root.dispose();
    stop.signal.throwIfAborted();
    held = { ...acquired, device: acquired.root.fork() };
    return held.device;
  });
  // Without a device nothing need be downloaded any more.
  opening.catch(fail);
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(stop.signal.reason), { once: true });
  });
  try {
    const making = make({ device: opening, signal: stop.signal, meter });
    const [value] = await Promise.race([Promise.all([making, opening]), stopped]);
    stop.signal.throwIfAborted();
    meter.ready();
    // The last report may have been answered with an abort.
    stop.signal.throwIfAborted();
    if (held === undefined) throw new DisposedError(`the ${what} has no device`);
    return { ...held, value };
  } catch (error) {
    fail(error);
    throw stop.signal.reason;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

async function acquire(choice: DeviceChoice): Promise<Acquired> {
  const { device, ...options } = choice;
  if (device === undefined) return { root: await openDevice(options), isOwn: true };
  if (device instanceof Device) return { root: device, isOwn: false };
  if (typeof device !== 'object' || device === null || !('createComputePipelineAsync' in device)) {
    throw new OptionError(`device: expected a Device or a GPUDevice, found ${shown(device)}`);
  }
  const { gpu: _, ...rest } = options;
  // The wrapper is ours, the GPUDevice is not: disposing of the one leaves the other.
  return { root: await openDevice({ ...rest, device }), isOwn: true };
}

function release(held: Acquired & { readonly device: Device }, reason: unknown): void {
  const error = reason instanceof Error ? reason : new AbortedError(String(reason));
  held.device.dispose(error);
  if (held.isOwn) held.root.dispose(error);
}
