/** What all that an app loads has in common: where it lives, what it takes, its loss, its end. */
import type { DeviceLostError } from '../core/errors';
import type { Device } from '../gpu/device';
import type { Memory, Resident, ReviveOptions } from './resident';

export abstract class OnDevice<T extends { readonly memory: Memory }> {
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
  get memory(): Memory {
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
