/**
 * Checks a dispatch against what its kernel declares. Devices check this as well, so that only
 * tests do it here.
 */
import { assert } from '../../core/errors';
import { DYNAMIC_BINDINGS } from '../../graph/target';
import type { BoundPlace, Dispatch } from './dispatch';

/**
 * A dispatch binds what its kernel declares, with no more dynamic offsets than every device allows,
 * and binds nothing twice that it writes.
 * @throws Error naming ops and kernel: an internal error, or one of an op of one's own
 */
export function verifyDispatch({ label, kernel, spec, bindings }: Dispatch): void {
  const where = `${label}, kernel ${kernel.name}`;
  const declared = kernel.bindings(spec);
  assert(
    declared.length === bindings.length,
    `${where}: declares ${declared.length} bindings, is given ${bindings.length}`,
  );
  const strides = bindings.filter((place) => place.strides !== undefined);
  assert(
    strides.length <= DYNAMIC_BINDINGS,
    `${where}: ${strides.length} bindings with dynamic offsets`,
  );
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
  // Which storage of a double buffer is bound depends on the iteration, and so does an offset with
  // strides.
  const isFixed = [written, other].every(({ doubleBuffer, strides }) => !doubleBuffer && !strides);
  if (!isFixed || written.storage !== other.storage) return false;
  if (isRead) return true;
  const range = ({ elementOffset, byteLength }: BoundPlace) =>
    [elementOffset * 4, elementOffset * 4 + byteLength] as const;
  const [[start, end], [from, to]] = [range(written), range(other)];
  return start < to && from < end;
}
