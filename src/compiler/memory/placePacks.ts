/**
 * Places the parts of packs. A part is computed right in the arena where that is possible;
 * otherwise it is copied there before anything reads the pack.
 */
import { isEmpty, sameSize } from '../../core/shape';
import { type Graph, graphResults } from '../../graph/graph';
import { outputOf, reachableNodes, tensorKey } from '../../graph/node';
import type { Node, Tensor } from '../../graph/op';
import { copy } from '../../ops/copy/op';
import { copyGroup } from '../schedule/fuse';
import type { Group, LoopFrame } from '../schedule/group';
import { inPlacePairs } from '../schedule/inPlace';
import type { PlacedGroups, StorageReference } from './references';
import { resolveAlias, resolvePlaceholder } from './references';

/**
 * Places the parts of every pack.
 * @param bodies results of the bodies of all loops
 */
export function placePacks(
  placed: PlacedGroups,
  graph: Graph,
  bodies: readonly Tensor[],
): PlacedGroups {
  const results = graphResults(graph);
  const resultKeys = new Set(results.map((tensor) => tensorKey(resolveAlias(tensor).tensor)));
  // Users come before what they use: the copy of a part of a pack is a reader of that pack.
  const packs = reachableNodes([...results, ...bodies]).toReversed();
  return packs
    .flatMap(partsOf)
    .reduce((before, part) => placePart(before, part, resultKeys), placed);
}

/** An input of a pack. */
interface Part {
  readonly tensor: Tensor;
  /** Where it belongs in the arena, in elements. */
  readonly offset: number;
  readonly pack: Node;
  readonly arena: Tensor;
}

function partsOf(pack: Node): readonly Part[] {
  const { lowering } = pack.op;
  if (lowering.kind !== 'pack') return [];
  const offsets = lowering.offsets(pack.attrs);
  const arena = outputOf(pack, 0);
  return pack.inputs
    .map((tensor, i): Part => ({ tensor, offset: offsets[i] ?? 0, pack, arena }))
    .filter(({ tensor }) => !isEmpty(tensor));
}

/** Adds the reference of one part, and the group that copies it if that is needed. */
function placePart(placed: PlacedGroups, part: Part, results: ReadonlySet<string>): PlacedGroups {
  const { groups, references } = placed;
  const { tensor, offset, arena } = part;
  const reference: StorageReference = { tensor: arena, offset };
  const withReference = (to: Tensor) => new Map([...references, [tensorKey(to), reference]]);
  if (canComputeInArena(placed, part, results)) {
    return { groups, references: withReference(resolveAlias(tensor).tensor) };
  }
  const copied = copy(tensor);
  const extended = withReference(copied);
  const position = beforeReaders({ groups, references: extended }, arena, results);
  if (position === undefined) return { groups, references: extended };
  const group = copyGroup(tensor, copied, position.loops);
  return { groups: groups.toSpliced(position.at, 0, group), references: extended };
}

function canComputeInArena(
  { groups, references }: PlacedGroups,
  { tensor, pack }: Part,
  results: ReadonlySet<string>,
): boolean {
  const { tensor: value, offset } = resolveAlias(tensor);
  const key = tensorKey(value);
  const producer = groups.find((group) => group.outputs.some((t) => tensorKey(t) === key));
  const uses = pack.inputs.filter((t) => tensorKey(resolveAlias(t).tensor) === key);
  // A larger value would extend over the parts that follow.
  const isWhole = offset === 0 && sameSize(value, tensor);
  const isFree = uses.length === 1 && isWhole && !references.has(key) && !results.has(key);
  return (
    isFree &&
    producer !== undefined &&
    !isInPlace(producer, key) &&
    !isReadBesideWrite(groups, key, pack)
  );
}

function isInPlace(group: Group, key: string): boolean {
  return inPlacePairs(group).some(([to]) => tensorKey(to) === key);
}

/**
 * Whether a group reads the value and writes a part of the pack: it cannot bind one buffer for
 * both.
 */
function isReadBesideWrite(groups: readonly Group[], key: string, pack: Node): boolean {
  const parts = new Set(pack.inputs.map((tensor) => tensorKey(resolveAlias(tensor).tensor)));
  return groups.some(
    (group) =>
      group.inputs.some((t) => tensorKey(resolveAlias(t).tensor) === key) &&
      group.outputs.some((t) => parts.has(tensorKey(t))),
  );
}

/**
 * The position before all groups that read an arena, in the loops that they have in common;
 * undefined if nothing reads it.
 */
function beforeReaders(
  { groups, references }: PlacedGroups,
  arena: Tensor,
  results: ReadonlySet<string>,
): { readonly at: number; readonly loops: readonly LoopFrame[] } | undefined {
  const key = tensorKey(arena);
  const readers = groups.filter(({ inputs }) =>
    inputs.some((tensor) => tensorKey(resolvePlaceholder(tensor, references)) === key),
  );
  const [first] = readers;
  if (first === undefined) return results.has(key) ? { at: groups.length, loops: [] } : undefined;
  // A result is read after all loops.
  const isCommon = (frame: LoopFrame) =>
    !results.has(key) && readers.every(({ loops }) => loops.includes(frame));
  const loops = first.loops.filter(isCommon);
  const inner = first.loops[loops.length];
  const at = groups.findIndex(
    (group) => group === first || (inner !== undefined && group.loops.includes(inner)),
  );
  return { at, loops };
}
