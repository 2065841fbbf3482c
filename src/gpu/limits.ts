/** Checks dispatches against the device's limits, before any memory is allocated. */
import type { Dispatch } from '../compiler/dispatch/dispatch';
import { DeviceError } from '../core/errors';

/**
 * Checks that everything that dispatches bind fits a binding of the device.
 * @throws DeviceError naming what is too large, and the ops and kernel that need it
 */
export function checkBindings(
  { maxStorageBufferBindingSize: most }: GPUSupportedLimits,
  dispatches: readonly Dispatch[],
): void {
  for (const { label, kernel, spec, bindings } of dispatches) {
    const at = bindings.findIndex(({ byteLength }) => byteLength > most);
    if (at < 0) continue;
    throw new DeviceError(
      `${label}, kernel ${kernel.name}: '${kernel.bindings(spec)[at]?.name}' takes ` +
        `${bindings[at]?.byteLength} bytes, this device binds at most ${most} at once; use smaller ` +
        'sizes, or a device that was asked for a larger maxStorageBufferBindingSize',
    );
  }
}
