/** Copies as groups of their own. */
import type { Tensor } from '../../graph/op';
import { copy } from '../../ops/copy/op';
import { copyGroup } from '../schedule/fuse';
import type { Group, LoopFrame } from '../schedule/group';

/** Adds a group that copies a value. @returns the copy */
export function addCopy(groups: Group[], source: Tensor, loops: readonly LoopFrame[] = []): Tensor {
  const copied = copy(source);
  groups.push(copyGroup(source, copied, loops));
  return copied;
}
