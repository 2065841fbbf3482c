/**
 * Expands the loops of a plan. Takes groups, of which some have a loop as their host; returns
 * groups of which none has, each with the loops that it is repeated in, and the storage references
 * of the tensors that loops are made of.
 */
import type { Loop, Node, Tensor } from '../../graph/op';
import type { StorageReferences } from '../memory/references';
import type { Group } from '../schedule/group';
import { type ExpandedLoop, expandLoop } from './expandLoop';

export interface Expanded {
  readonly groups: readonly Group[];
  /** Results of the bodies of all loops. */
  readonly results: readonly Tensor[];
  readonly references: StorageReferences;
}

/**
 * Replaces one loop after the other, outer ones before those in their bodies, until none is left.
 */
export function expandLoops(groups: readonly Group[]): Expanded {
  let plan: ExpandedLoop = { groups, results: [], references: new Map(), tables: new Map() };
  for (;;) {
    const found = firstLoop(plan.groups);
    if (found === undefined) return plan;
    const { at, group, host, loop } = found;
    const expanded = expandLoop(group, host, loop, plan);
    plan = {
      ...expanded,
      groups: plan.groups.toSpliced(at, 1, ...expanded.groups),
      results: [...plan.results, ...expanded.results],
    };
  }
}

interface LoopGroup {
  /** Index of the group. */
  readonly at: number;
  readonly group: Group;
  readonly host: Node;
  readonly loop: Loop;
}

function firstLoop(groups: readonly Group[]): LoopGroup | undefined {
  for (const [at, group] of groups.entries()) {
    const { host } = group;
    if (host?.op.lowering.kind !== 'loop') continue;
    return { at, group, host, loop: host.op.lowering.loop(host.attrs) };
  }
  return undefined;
}
