/**
 * What runs before the first iteration. Takes the parts of a loop and how the first rows of stacks
 * are accessed; returns groups that copy the initial values of carries into their buffers and
 * stacks, and the placements of constants. A constant is read where it lies, or from a copy if it
 * must not be bound in place.
 */
import { inheritName } from '../../graph/names';
import type { Tensor } from '../../graph/op';
import { copy } from '../../ops/copy/op';
import { fuse } from '../schedule/fuse';
import type { Group } from '../schedule/group';
import type { BufferedCarry } from './carryBuffers';
import type { LoopParts } from './loopParts';
import { type PartName, type Placement, placeholderFor, placeIn } from './placement';
import type { RowAccess } from './rowAccesses';
import { storeRow } from './storeRow';

export interface LoopSetup {
  readonly groups: readonly Group[];
  readonly placements: readonly Placement[];
}

export function beforeLoop(
  { constants, outer }: LoopParts,
  carries: readonly BufferedCarry[],
  starts: readonly RowAccess[],
  unbound: ReadonlySet<PartName>,
): LoopSetup {
  const stored = starts.map((access) =>
    storeRow(access, access.index === undefined ? copy(access.value) : access.value),
  );
  const read = constants.map(({ source, placeholder }, i) => {
    const part: PartName = `constant ${i}`;
    inheritName(placeholder.node, source.node);
    return unbound.has(part)
      ? copyOnce(placeholder, source)
      : { copies: [], placements: [{ ...placeIn(placeholder, source), part }] };
  });
  const results = [
    ...carries.map(({ start }) => start),
    ...stored.map(({ result }) => result),
    ...read.flatMap(({ copies }) => copies),
  ];
  return {
    groups: fuse(results, outer),
    placements: [...stored, ...read].flatMap(({ placements }) => placements),
  };
}

function copyOnce(placeholder: Tensor, source: Tensor) {
  const outside = placeholderFor(source);
  const copied = copy(outside.tensor);
  return { copies: [copied], placements: [outside, placeIn(placeholder, copied)] };
}
