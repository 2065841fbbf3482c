/**
 * Makes every hidden copy explicit and decides which values share a storage: results that are
 * sources, the parts of packs, results of kernels that overwrite an input, and next values of
 * states. What remains can be placed without moving data.
 */
import type { Graph } from '../../graph/graph';
import { tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import { copy } from '../../ops/copy/op';
import type { Expanded } from '../loops/expandLoops';
import { copyGroup } from '../schedule/fuse';
import type { Group } from '../schedule/group';
import { placeInPlace } from './placeInPlace';
import type { placePacks as PlacePacks } from './placePacks';
import { placeUpdates } from './placeUpdates';
import { isSource, type PlacedGroups, resolveAlias } from './references';

export interface Resolved extends PlacedGroups {
  /** Results by name, with copies in place of sources. */
  readonly outputs: ReadonlyMap<string, Tensor>;
}

/** @param placePacks the pass for graphs that hold packs */
export function resolveCopies(
  graph: Graph,
  { groups, references, results }: Expanded,
  placePacks?: typeof PlacePacks,
): Resolved {
  const { copies, ...copied } = copySources(graph);
  // Sources that are results are read before any state is overwritten.
  const start: PlacedGroups = { groups: [...copies, ...groups], references };
  const packed = placePacks?.(start, copied, results) ?? start;
  return { ...placeUpdates(placeInPlace(packed, copied), copied), outputs: copied.outputs };
}

/**
 * The graph with copies of sources that are results, without updates that leave a state as it is.
 */
function copySources(graph: Graph): Graph & { readonly copies: readonly Group[] } {
  const copies: Group[] = [];
  const owned = (tensor: Tensor): Tensor => {
    if (!isSource(tensor)) return tensor;
    const copied = copy(tensor);
    copies.push(copyGroup(tensor, copied, []));
    return copied;
  };
  const outputs = new Map([...graph.outputs].map(([name, tensor]) => [name, owned(tensor)]));
  const changed = [...graph.updates].filter(([name, next]) => {
    const state = graph.states.get(name);
    return state === undefined || tensorKey(resolveAlias(next).tensor) !== tensorKey(state);
  });
  const updates = new Map(changed.map(([name, next]) => [name, owned(next)]));
  return { ...graph, outputs, updates, copies };
}
