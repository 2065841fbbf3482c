/** Checks a dispatch as a device would, by what its kernel declares, but before anything is created. */
import { MAX_WORKGROUPS } from '../../shaders/lib/fold';
import { dimBound } from '../core/dim';
import { assert, DeviceError } from '../core/errors';
import { MOVING_BINDINGS, STORAGE_BINDINGS } from '../graph/target';
import type { BoundPlace, Dispatch } from './dispatch';

/**
 * A dispatch binds what its kernel declares, no more than every device has bindings for, and nothing
 * that it writes a second time.
 * @throws DeviceError naming ops and kernel where there are too many bindings or workgroups
 */
export function verifyDispatch({ label, kernel, spec, bindings, grid }: Dispatch): void {
  const where = `${label}, kernel ${kernel.name}`;
  const declared = kernel.bindings(spec);
  assert(
    declared.length === bindings.length,
    `${where}: declares ${declared.length} bindings, is given ${bindings.length}`,
  );
  if (bindings.length > STORAGE_BINDINGS) {
    const names = declared.map(({ name }) => name).join(', ');
    throw new DeviceError(
      `${where}: needs ${bindings.length} storage bindings (${names}), WebGPU guarantees ` +
        `${STORAGE_BINDINGS}; split the op into several, or give it fewer inputs and outputs`,
    );
  }
  const workgroups = grid(dimBound);
  if (workgroups.some((count) => count > MAX_WORKGROUPS)) {
    throw new DeviceError(
      `${where}: needs a grid of ${workgroups.join(' x ')} workgroups, WebGPU allows ` +
        `${MAX_WORKGROUPS} in each dimension; use smaller sizes, or split the op along an axis`,
    );
  }
  const moving = bindings.filter((place) => place.moving !== undefined);
  assert(moving.length <= MOVING_BINDINGS, `${where}: ${moving.length} bindings move in a loop`);
  bindings.forEach((place, i) => {
    if (declared[i]?.access !== 'read_write') return;
    bindings.forEach((other, j) => {
      const isTwice = i !== j && collides(place, other, declared[j]?.access === 'read');
      const both = `${declared[i]?.name} and ${declared[j]?.name}`;
      assert(!isTwice, `${where}: ${both} lie in storage ${place.storage.id}, which is written`);
    });
  });
}

/** Whether a device refuses two bindings of which the first is written. */
function collides(written: BoundPlace, other: BoundPlace, isRead: boolean): boolean {
  // Which of two storages a turning place is in depends on the iteration; a moving one, where it is.
  const isFixed = [written, other].every(({ turn, moving }) => !turn && !moving);
  if (!isFixed || written.storage !== other.storage) return false;
  if (isRead) return true;
  const range = ({ elementOffset, byteLength }: BoundPlace) =>
    [elementOffset * 4, elementOffset * 4 + byteLength] as const;
  const [[start, end], [from, to]] = [range(written), range(other)];
  return start < to && from < end;
}
