/**
 * Makes every hidden copy explicit and decides which values share a storage: results that are
 * sources, the parts of packs, results of kernels that overwrite an input, and next values of
 * states. What remains can be placed without moving data.
 */
import type { Graph } from '../../graph/graph';
import type { Tensor } from '../../graph/op';
import type { Expanded } from '../loops/expandLoops';
import type { Group } from '../schedule/group';
import { addCopy } from './addCopy';
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
  const copies: Group[] = [];
  const isChanged = ([name, next]: readonly [string, Tensor]) =>
    resolveAlias(next).tensor.node !== graph.states.get(name)?.node;
  const copied = {
    ...graph,
    outputs: copySources(graph.outputs, copies),
    updates: copySources([...graph.updates].filter(isChanged), copies),
  };
  // Sources that are results are read before any state is overwritten.
  const start: PlacedGroups = { groups: [...copies, ...groups], references };
  const packed = placePacks?.(start, copied, results) ?? start;
  return { ...placeUpdates(placeInPlace(packed, copied), copied), outputs: copied.outputs };
}

/** Results with copies in place of sources; the groups that copy are added to `copies`. */
function copySources(
  results: Iterable<readonly [string, Tensor]>,
  copies: Group[],
): ReadonlyMap<string, Tensor> {
  return new Map(
    Array.from(
      results,
      ([name, tensor]) => [name, isSource(tensor) ? addCopy(copies, tensor) : tensor] as const,
    ),
  );
}
