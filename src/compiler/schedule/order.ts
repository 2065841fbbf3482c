/**
 * The order of groups: inputs first, and readers of a value before the kernel that overwrites it.
 */
import { tensorKey } from '../../graph/node';
import type { Node, Tensor } from '../../graph/op';
import { resolveAlias } from '../memory/references';
import { type FusedNodes, groupNodes } from './group';
import { inPlacePairs } from './inPlace';

/** The groups that each group must come after. */
type Dependencies = ReadonlyMap<FusedNodes, ReadonlySet<FusedNodes>>;

/**
 * A topological order. Where it leaves a choice, groups are sorted by their last nodes, so that
 * values are computed late.
 * @param groupOf the group of a node, by its id; none for a node that needs no step
 */
export function order(
  groups: readonly FusedNodes[],
  groupOf: ReadonlyMap<number, FusedNodes>,
): readonly FusedNodes[] {
  const before = readersFirst(groups, dependencies(groups, groupOf));
  const sorted: FusedNodes[] = [];
  const done = new Set<FusedNodes>();
  const visit = (group: FusedNodes): void => {
    if (done.has(group)) return;
    done.add(group);
    [...(before.get(group) ?? [])].sort(byLastNode).forEach(visit);
    sorted.push(group);
  };
  [...groups].sort(byLastNode).forEach(visit);
  return sorted;
}

function byLastNode(a: FusedNodes, b: FusedNodes): number {
  const last = (group: FusedNodes) => Math.max(...groupNodes(group).map((node) => node.id));
  return last(a) - last(b);
}

/** What each group reads from others, directly or through nodes that are in no group. */
function dependencies(
  groups: readonly FusedNodes[],
  groupOf: ReadonlyMap<number, FusedNodes>,
): Dependencies {
  return new Map(
    groups.map((group) => {
      const needed = new Set<FusedNodes>();
      const seen = new Set<number>();
      const walk = (node: Node): void => {
        if (seen.has(node.id)) return;
        seen.add(node.id);
        const other = groupOf.get(node.id);
        if (other !== undefined && other !== group) needed.add(other);
        else for (const tensor of node.inputs) walk(tensor.node);
      };
      groupNodes(group).forEach(walk);
      return [group, needed];
    }),
  );
}

/**
 * Adds that a kernel which overwrites a value comes after the value's other readers, as long as
 * these do not need its result: otherwise the value would have to be copied.
 */
function readersFirst(groups: readonly FusedNodes[], given: Dependencies): Dependencies {
  const before = new Map([...given].map(([group, needed]) => [group, new Set(needed)]));
  for (const writer of groups) {
    const overwritten = new Set(inPlacePairs(writer).map(([, from]) => ownerKey(from)));
    if (overwritten.size === 0) continue;
    const known = new Map([[writer, true]]);
    /** Whether a group needs the writer's result. */
    const isLater = (group: FusedNodes): boolean => {
      const found = known.get(group) ?? [...(before.get(group) ?? [])].some(isLater);
      known.set(group, found);
      return found;
    };
    for (const group of groups) {
      const reads = groupNodes(group).flatMap(({ inputs }) => inputs.map(ownerKey));
      if (reads.some((key) => overwritten.has(key)) && !isLater(group)) {
        before.get(writer)?.add(group);
      }
    }
  }
  return before;
}

function ownerKey(tensor: Tensor): string {
  return tensorKey(resolveAlias(tensor).tensor);
}
