/**
 * The common base of everything that an app loads: its device, memory, loss, revival and disposal.
 */
import type { DeviceLostError } from '../core/errors';
import type { Device } from '../gpu/device';
import type { LoadProgress } from './loadProgress';

/** Options of `revive`. */
export interface ReviveOptions {
  /** The caller's new device (default: one is opened). */
  readonly device?: Device | GPUDevice;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** Memory on the GPU in bytes. */
export interface GpuMemory {
  /** Bytes of plans, parameters and states, as predicted before allocation. */
  readonly planned: number;
  /** Bytes that are allocated now, including the staging buffers for reading results. */
  readonly live: number;
}

/**
 * An object on a device, with its use by successive calls, its loss and revival, and its disposal.
 */
export interface Resident<T> {
  /** Its device, which counts its buffers. */
  readonly device: Device;
  readonly memory: GpuMemory;
  /**
   * Resolves when the device is lost, but not when it is disposed. A revival replaces the promise.
   */
  readonly lost: Promise<DeviceLostError>;
  /** The object. A revival replaces it. */
  readonly value: T;
  /**
   * Runs work with the object after all earlier `run` calls.
   * @throws DisposedError, also if it is disposed during the work; DeviceLostError; AbortedError as
   *   soon as the signal fires
   */
  run<R>(work: (value: T) => Promise<R>, signal?: AbortSignal): Promise<R>;
  /** Runs work with the object immediately, for work that may overlap. */
  runNow<R>(work: (value: T) => Promise<R>): Promise<R>;
  /**
   * Recreates the object in place after its device was lost, or on another device. Does nothing if
   * the device is not lost and no other one is passed. A revival that fails can be retried.
   * @throws DisposedError; DeviceError; AbortedError; and any error of creating the object
   */
  revive(options?: ReviveOptions): Promise<void>;
  /** Frees the object, and the device if it was opened for it. Idempotent. */
  dispose(): void;
}

/** Base class of objects on a device, which can be lost, revived and disposed of. */
export abstract class OnDevice<T> {
  /** What was loaded, for `fineTune`. */
  readonly resident: Resident<T>;

  constructor(resident: Resident<T>) {
    this.resident = resident;
  }

  /** Its device, which counts its buffers. */
  get device(): Device {
    return this.resident.device;
  }

  /** Name of the adapter. */
  get adapter(): string {
    return this.resident.device.adapterName;
  }

  /** Memory on the GPU. */
  get memory(): GpuMemory {
    return this.resident.memory;
  }

  /**
   * Resolves when the device is lost, but not when it is disposed. A revival replaces the promise.
   */
  get lost(): Promise<DeviceLostError> {
    return this.resident.lost;
  }

  /**
   * Loads the object again in place after its device was lost, from the same source. Does nothing
   * if the device is not lost and no other one is passed. Can be retried after an error.
   * @throws DisposedError; DeviceError; DownloadError; AbortedError
   */
  revive(options: ReviveOptions = {}): Promise<void> {
    return this.resident.revive(options);
  }

  /**
   * Frees its memory on the device, and the device if it was opened for it. Pending and later calls
   * fail with a DisposedError. Idempotent.
   */
  dispose(): void {
    this.resident.dispose();
  }
}
