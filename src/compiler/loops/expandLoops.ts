/** Puts the bodies of all loops in line. */
import type { Tensor } from '../../graph/op';
import type { StorageReference } from '../memory/references';
import type { Group } from '../schedule/group';
import { expandLoop, type LoopContext } from './expandLoop';

export interface Expanded {
  /** Groups without loops as hosts; `loops` says which they are in. */
  readonly groups: readonly Group[];
  /** Results of all bodies. */
  readonly results: readonly Tensor[];
}

/** Expands every loop, inner ones too, and notes in `references` where their parts lie. */
export function expandLoops(
  groups: readonly Group[],
  references: Map<string, StorageReference>,
): Expanded {
  const context: LoopContext = { references, results: [], tables: new Map() };
  return { groups: expandAll(groups, context), results: context.results };
}

function expandAll(groups: readonly Group[], context: LoopContext): readonly Group[] {
  return groups.flatMap((group) => {
    const { host } = group;
    if (host?.op.lowering.kind !== 'loop') return [group];
    const loop = host.op.lowering.loop(host.attrs);
    return expandAll(expandLoop(group, host, loop, context), context);
  });
}
