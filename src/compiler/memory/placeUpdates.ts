/**
 * Next values of states are computed in the states' storages if all reads of the state come first;
 * otherwise they are copied there at the end.
 */
import { sameSize } from '../../core/shape';
import type { Graph } from '../../graph/graph';
import { tensorKey } from '../../graph/node';
import type { Group } from '../schedule/group';
import { addCopy } from './addCopy';
import { liveRanges } from './liveRanges';
import { isSource, type PlacedGroups, resolveStorage } from './references';

export function placeUpdates(
  placed: PlacedGroups,
  { states, updates }: Pick<Graph, 'states' | 'updates'>,
): PlacedGroups {
  const references = new Map(placed.references);
  const ranges = liveRanges(placed.groups, references);
  const copies: Group[] = [];
  for (const [name, next] of updates) {
    const state = states.get(name);
    if (state === undefined) continue;
    const { tensor: owner, offset } = resolveStorage(next, references);
    const key = tensorKey(owner);
    if (key === tensorKey(state)) continue;
    const written = ranges.get(key)?.firstWrite ?? -1;
    const isReadBefore = (ranges.get(tensorKey(state))?.lastRead ?? -1) < written;
    const isTaken = [...references.values()].some(
      (reference) => tensorKey(reference.tensor) === tensorKey(state),
    );
    const isWhole = offset === 0 && sameSize(owner, state);
    const isArena = owner.node.op.lowering.kind === 'pack';
    if (!isSource(owner) && !isArena && isReadBefore && !isTaken && isWhole) {
      references.set(key, { tensor: state, offset: 0 });
      continue;
    }
    references.set(tensorKey(addCopy(copies, next)), { tensor: state, offset: 0 });
  }
  return { groups: [...placed.groups, ...copies], references };
}
