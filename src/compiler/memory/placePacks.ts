/**
 * Where the parts of a pack lie: values are computed in the arena where that is possible, else copied there.
 */
import { dimsEqual } from '../../core/dim';
import { isEmpty, numberOfElements } from '../../core/shape';
import type { Graph } from '../../graph/graph';
import { outputOf, reachableNodes, tensorKey } from '../../graph/node';
import type { Node, Tensor } from '../../graph/op';
import { copy } from '../../ops/copy/op';
import { copyGroup } from '../schedule/fuse';
import type { Group, LoopFrame } from '../schedule/group';
import { inPlacePairs } from '../schedule/inPlace';
import type { StorageReference, StorageReferences } from './references';
import { resolveAlias, shownBy } from './references';

/** Finds a place for the parts of every pack. @param bodies results of all loops' bodies */
export function placePacks(
  groups: readonly Group[],
  graph: Graph,
  bodies: readonly Tensor[],
  references: Map<string, StorageReference>,
): Group[] {
  const placed = [...groups];
  const roots = [...graph.outputs.values(), ...graph.updates.values()];
  const escaping = new Set(roots.map((tensor) => tensorKey(resolveAlias(tensor).tensor)));
  // Users come before what they use: the copy out of a pack is a reader of that pack.
  for (const node of reachableNodes([...roots, ...bodies]).toReversed()) {
    const { lowering } = node.op;
    if (lowering.kind !== 'pack') continue;
    placeParts(node, lowering.offsets(node.attrs), { groups: placed, references, escaping });
  }
  return placed;
}

/** What a pack places its inputs in. */
interface PackContext {
  /** In execution order; takes the copies. */
  readonly groups: Group[];
  /** Where values lie that have no storage of their own. */
  readonly references: Map<string, StorageReference>;
  /** Keys of the values that leave the graph. */
  readonly escaping: ReadonlySet<string>;
}

/** Notes the place of each input in `references`, and adds the groups that copy. */
function placeParts(
  pack: Node,
  offsets: readonly number[],
  { groups, references, escaping }: PackContext,
): void {
  const arena = outputOf(pack, 0);
  pack.inputs.forEach((tensor, i) => {
    if (isEmpty(tensor)) return;
    const root = resolveAlias(tensor);
    const key = tensorKey(root.tensor);
    const offset = offsets[i] ?? 0;
    const producer = groups.find((group) => group.outputs.some((t) => tensorKey(t) === key));
    const once = pack.inputs.filter((t) => tensorKey(resolveAlias(t).tensor) === key).length === 1;
    // Computing a larger value there would spill over what follows.
    const whole = root.offset === 0 && sameSize(root.tensor, tensor);
    const free = once && whole && !references.has(key) && !escaping.has(key);
    if (
      producer !== undefined &&
      free &&
      !isInPlace(producer, key) &&
      !readByMate(groups, key, pack)
    ) {
      references.set(key, { tensor: arena, offset });
      return;
    }
    const moved = copy(tensor);
    references.set(tensorKey(moved), { tensor: arena, offset });
    const before = beforeReaders(groups, arena, references, escaping);
    if (before !== undefined) groups.splice(before.at, 0, copyGroup(tensor, moved, before.loops));
  });
}

function isInPlace(group: Group, key: string): boolean {
  return inPlacePairs(group).some(([to]) => tensorKey(to) === key);
}

/** A group may not read one part of an arena while it writes another: one buffer, two usages. */
function readByMate(groups: readonly Group[], key: string, pack: Node): boolean {
  const mates = new Set(pack.inputs.map((tensor) => tensorKey(resolveAlias(tensor).tensor)));
  return groups.some(
    (group) =>
      group.inputs.some((t) => tensorKey(resolveAlias(t).tensor) === key) &&
      group.outputs.some((t) => mates.has(tensorKey(t))),
  );
}

/**
 * A position before all groups that read an arena, in the loops that they have in common; undefined
 * where nothing reads it.
 */
function beforeReaders(
  groups: readonly Group[],
  arena: Tensor,
  references: StorageReferences,
  escaping: ReadonlySet<string>,
): { readonly at: number; readonly loops: Group['loops'] } | undefined {
  const key = tensorKey(arena);
  const readers = groups.filter((g) =>
    g.inputs.some((t) => tensorKey(shownBy(t, references)) === key),
  );
  const [first] = readers;
  if (first === undefined) {
    return escaping.has(key) ? { at: groups.length, loops: [] } : undefined;
  }
  // What leaves the graph is read outside of every loop.
  const isCommon = (frame: LoopFrame) =>
    !escaping.has(key) && readers.every((g) => g.loops.includes(frame));
  const loops = first.loops.filter(isCommon);
  const inner = first.loops[loops.length];
  const at = groups.findIndex((g) => g === first || (inner && g.loops.includes(inner)));
  return { at, loops };
}

function sameSize(a: Tensor, b: Tensor): boolean {
  return dimsEqual(numberOfElements(a.shape), numberOfElements(b.shape));
}
