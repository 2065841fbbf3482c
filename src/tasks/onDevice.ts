/** What all that an app loads has in common: where it lives, what it takes, its loss, its end. */
import type { DeviceLostError } from '../core/errors';
import type { Device } from '../gpu/device';
import type { LoadProgress } from './loadProgress';

/** How what was lost is brought back. */
export interface ReviveOptions {
  /** A new device of the caller's; one is opened without. */
  readonly device?: Device | GPUDevice;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** Bytes on the GPU. */
export interface GpuMemory {
  /** Of plans, parameters and state, as was predicted before they were allocated. */
  readonly planned: number;
  /** What lives there now: that, and the staging buffers through which results are read. */
  readonly live: number;
}

/** Something that lives on a device: used by one call after the other, lost and made again, disposed. */
export interface Resident<T> {
  /** The device that it lives on, where its buffers are counted. */
  readonly device: Device;
  readonly memory: GpuMemory;
  /** Resolves when the device is lost; not when it is disposed. After a revival, of the new device. */
  readonly lost: Promise<DeviceLostError>;
  /** What was made. It is another one after a revival. */
  readonly value: T;
  /**
   * Does some work with it, after what was asked for before.
   * @throws DisposedError, also when it is disposed meanwhile; DeviceLostError; AbortedError at once
   */
  run<R>(work: (value: T) => Promise<R>, signal?: AbortSignal): Promise<R>;
  /** The same beside what was asked for before, for work that may overlap. */
  runNow<R>(work: (value: T) => Promise<R>): Promise<R>;
  /**
   * Makes it again after its device was lost, in place. Nothing happens while the device is there and no
   * other is handed in. A revival that fails can be tried again.
   * @throws DisposedError; DeviceError; AbortedError; and whatever making it throws
   */
  revive(options?: ReviveOptions): Promise<void>;
  /** Frees what was made, and the device when it was opened for it. Harmless twice. */
  dispose(): void;
}

/** Something that lives on a device: it can be disposed, lost and revived. */
export abstract class OnDevice<T> {
  protected readonly resident: Resident<T>;

  constructor(resident: Resident<T>) {
    this.resident = resident;
  }

  /** The device that it lives on; its buffers are counted there. */
  get device(): Device {
    return this.resident.device;
  }

  /** The adapter that computes. */
  get adapter(): string {
    return this.resident.device.adapterName;
  }

  /** Bytes on the GPU. */
  get memory(): GpuMemory {
    return this.resident.memory;
  }

  /** Resolves when the device is lost; not when it is disposed. After a revival, of the new device. */
  get lost(): Promise<DeviceLostError> {
    return this.resident.lost;
  }

  /**
   * Makes it again in place after its device was lost, from the source that it was loaded from. Nothing
   * happens while the device is there and no other is handed in. It can be tried again after an error.
   * @throws DisposedError; DeviceError; DownloadError; AbortedError
   */
  revive(options: ReviveOptions = {}): Promise<void> {
    return this.resident.revive(options);
  }

  /**
   * Frees what it took on the device, and the device when it was opened for it. Calls under way and later
   * ones fail with a DisposedError. Harmless twice.
   */
  dispose(): void {
    this.resident.dispose();
  }
}
