/** Puts the bodies of all loops in line, each as its op says. */
import type { Group, LoopContext, Root, Tensor } from '../graph/op';

export interface Expanded {
  /** Groups without loops as hosts; `loops` says which they are in. */
  readonly groups: readonly Group[];
  /** Results of all bodies. */
  readonly results: readonly Tensor[];
}

/** Expands every loop, inner ones too, and notes in `shared` where their parts lie. */
export function expandLoops(groups: readonly Group[], shared: Map<string, Root>): Expanded {
  const context: LoopContext = { shared, results: [], tables: new Map() };
  return { groups: expandAll(groups, context), results: context.results };
}

function expandAll(groups: readonly Group[], context: LoopContext): readonly Group[] {
  return groups.flatMap((group) => {
    const { host } = group;
    if (host?.op.lowering.kind !== 'loop') return [group];
    return expandAll(host.op.lowering.expand(group, host, context), context);
  });
}
