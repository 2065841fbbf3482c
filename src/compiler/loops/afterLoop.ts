/**
 * What runs after the last iteration. Takes the parts of a loop; returns groups that copy the last
 * values of carries to the outputs of the loop's node, as far as these are read, and the placements
 * of the copies.
 */
import { copy } from '../../ops/copy/op';
import { copyGroup } from '../schedule/fuse';
import type { Group } from '../schedule/group';
import type { LoopParts } from './loopParts';
import { type Placement, placeIn } from './placement';

export interface LoopFinals {
  readonly groups: readonly Group[];
  readonly placements: readonly Placement[];
}

export function afterLoop({ carries, outer }: LoopParts): LoopFinals {
  const finals = carries.flatMap(({ placeholder, final }) =>
    final === undefined ? [] : [{ last: placeholder, copied: copy(placeholder), final }],
  );
  return {
    groups: finals.map(({ last, copied }) => copyGroup(last, copied, outer)),
    placements: finals.map(({ copied, final }) => placeIn(copied, final)),
  };
}
