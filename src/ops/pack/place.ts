/**
 * Where the parts of a pack lie: values are computed in the arena where that is possible, else copied there.
 * It stands apart from the compiler, so that programs without packs do not carry it.
 */
import { dimsEqual } from '../../core/dim';
import { isEmpty, numberOfElements } from '../../core/shape';
import { outputOf, tensorKey } from '../../graph/node';
import type { Frame, Group, Node, PackContext, Shared, Tensor } from '../../graph/op';
import { copyGroup } from '../../schedule/fuse';
import { inPlacePairs } from '../../schedule/inPlace';
import { rootOf, shownBy } from '../../schedule/places';
import { copy } from '../copy/op';

/** Notes the place of each input in `shared`, and adds the groups that copy. */
export function placeParts(
  pack: Node,
  offsets: readonly number[],
  { groups, shared, escaping }: PackContext,
): void {
  const arena = outputOf(pack, 0);
  pack.inputs.forEach((tensor, i) => {
    if (isEmpty(tensor)) return;
    const root = rootOf(tensor);
    const key = tensorKey(root.tensor);
    const offset = offsets[i] ?? 0;
    const producer = groups.find((group) => group.outputs.some((t) => tensorKey(t) === key));
    const once = pack.inputs.filter((t) => tensorKey(rootOf(t).tensor) === key).length === 1;
    // Computing a larger value there would spill over what follows.
    const whole = root.offset === 0 && sameSize(root.tensor, tensor);
    const free = once && whole && !shared.has(key) && !escaping.has(key);
    if (
      producer !== undefined &&
      free &&
      !isInPlace(producer, key) &&
      !readByMate(groups, key, pack)
    ) {
      shared.set(key, { tensor: arena, offset });
      return;
    }
    const moved = copy(tensor);
    shared.set(tensorKey(moved), { tensor: arena, offset });
    const before = beforeReaders(groups, arena, shared, escaping);
    if (before !== undefined) groups.splice(before.at, 0, copyGroup(tensor, moved, before.loops));
  });
}

function isInPlace(group: Group, key: string): boolean {
  return inPlacePairs(group).some(([to]) => tensorKey(to) === key);
}

/** A group may not read one part of an arena while it writes another: one buffer, two usages. */
function readByMate(groups: readonly Group[], key: string, pack: Node): boolean {
  const mates = new Set(pack.inputs.map((tensor) => tensorKey(rootOf(tensor).tensor)));
  return groups.some(
    (group) =>
      group.inputs.some((t) => tensorKey(rootOf(t).tensor) === key) &&
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
  shared: Shared,
  escaping: ReadonlySet<string>,
): { readonly at: number; readonly loops: Group['loops'] } | undefined {
  const key = tensorKey(arena);
  const readers = groups.filter((g) => g.inputs.some((t) => tensorKey(shownBy(t, shared)) === key));
  const [first] = readers;
  if (first === undefined) {
    return escaping.has(key) ? { at: groups.length, loops: [] } : undefined;
  }
  // What leaves the graph is read outside of every loop.
  const isCommon = (frame: Frame) =>
    !escaping.has(key) && readers.every((g) => g.loops.includes(frame));
  const loops = first.loops.filter(isCommon);
  const inner = first.loops[loops.length];
  const at = groups.findIndex((g) => g === first || (inner && g.loops.includes(inner)));
  return { at, loops };
}

function sameSize(a: Tensor, b: Tensor): boolean {
  return dimsEqual(numberOfElements(a.shape), numberOfElements(b.shape));
}
