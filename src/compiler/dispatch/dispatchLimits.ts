/** Checks a dispatch against the limits that every WebGPU device guarantees. */
import { MAX_WORKGROUPS } from '../../../shaders/lib/kernel';
import { dimBound } from '../../core/dim';
import { DeviceError } from '../../core/errors';
import { STORAGE_BINDINGS } from '../../graph/target';
import type { Dispatch } from './dispatch';

/** @throws DeviceError that names ops and kernel, if there are too many bindings or workgroups */
export function checkDispatch({ label, kernel, bindings, grid }: Dispatch): void {
  const workgroups = grid(dimBound);
  const [what, advice] =
    bindings.length > STORAGE_BINDINGS
      ? [`${bindings.length} storage bindings, WebGPU has ${STORAGE_BINDINGS}`, 'fewer operands']
      : workgroups.some((count) => count > MAX_WORKGROUPS)
        ? [
            `${workgroups.join(' x ')} workgroups, WebGPU has ${MAX_WORKGROUPS} a dimension`,
            'smaller sizes, or a device with `kernels: allKernels`',
          ]
        : [];
  if (what === undefined) return;
  throw new DeviceError(
    `${label}, kernel ${kernel.name}: needs ${what}; use ${advice}, or split the op into several`,
  );
}
