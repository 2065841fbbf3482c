/**
 * Expands one loop. Takes a group whose host is a loop, and what the plan around it has; returns
 * the groups that run before, in and after the iterations, and the storage references of the loop's
 * tensors. Each of the passes called here decides some of these references; they are joined here.
 */
import { defined } from '../../core/errors';
import { tensorKey } from '../../graph/node';
import type { Loop, Node, Tensor } from '../../graph/op';
import { DYNAMIC_BINDINGS } from '../../graph/target';
import { resolveAlias, resolveStorage, type StorageReferences } from '../memory/references';
import { fuse } from '../schedule/fuse';
import { boundTensors, type Group } from '../schedule/group';
import { afterLoop } from './afterLoop';
import { beforeLoop } from './beforeLoop';
import { carryBuffers } from './carryBuffers';
import { type LoopParts, loopParts } from './loopParts';
import { joinPlacements, type PartName, type Placement } from './placement';
import { readRows } from './readRows';
import { rowAccesses } from './rowAccesses';
import type { RowTables } from './rowIndices';
import { storeResults } from './storeResults';

/** What a plan has besides its groups while its loops are expanded. */
export interface Surroundings {
  readonly references: StorageReferences;
  readonly tables: RowTables;
}

export interface ExpandedLoop extends Surroundings {
  readonly groups: readonly Group[];
  /** Results of the body. */
  readonly results: readonly Tensor[];
}

/** @returns the surroundings with what the loop adds to them */
export function expandLoop(
  group: Group,
  host: Node,
  loop: Loop,
  surroundings: Surroundings,
): ExpandedLoop {
  const parts = loopParts(group, host, loop);
  // A dispatch has few bindings with dynamic offsets. While a group of the body needs too many of
  // them, one more part of the loop is copied, gathered or scattered instead of bound in place.
  let unbound: ReadonlySet<PartName> = new Set();
  for (;;) {
    const { body, before, after, placements, results, tables } = lowerLoop(
      parts,
      surroundings.tables,
      unbound,
    );
    const references = new Map([...surroundings.references, ...joinPlacements(placements)]);
    const excess = excessTensors(body, references);
    if (excess === undefined) {
      return { groups: [...before, ...body, ...after], results, references, tables };
    }
    unbound = new Set([...unbound, partOf(excess, placements)]);
  }
}

interface LoweredLoop extends Pick<ExpandedLoop, 'results' | 'tables'> {
  readonly before: readonly Group[];
  readonly body: readonly Group[];
  readonly after: readonly Group[];
  readonly placements: readonly Placement[];
}

/** @param unbound parts that must not be bound in place */
function lowerLoop(
  parts: LoopParts,
  tables: RowTables,
  unbound: ReadonlySet<PartName>,
): LoweredLoop {
  const buffers = carryBuffers(parts);
  const accesses = rowAccesses(parts, buffers, unbound, tables);
  const before = beforeLoop(parts, buffers.carries, accesses.starts, unbound);
  const reads = readRows(accesses.sequences);
  const stores = [...accesses.stacks, ...accesses.rows];
  const body = storeResults(buffers.carries, stores, reads.replacements);
  const after = afterLoop(parts);
  return {
    before: before.groups,
    body: fuse(body.results, [...parts.outer, buffers.frame]),
    after: after.groups,
    results: body.results,
    placements: [buffers, accesses, before, reads, body, after].flatMap((each) => each.placements),
    tables: accesses.tables,
  };
}

/** The tensors with dynamic offsets of the first group that binds too many of them. */
function excessTensors(
  groups: readonly Group[],
  references: StorageReferences,
): readonly Tensor[] | undefined {
  const hasStrides = (tensor: Tensor) => resolveStorage(tensor, references).strides.length > 0;
  return groups
    .filter(({ host }) => host?.op.lowering.kind !== 'loop')
    .map((group) => boundTensors(group).filter(hasStrides))
    .find((tensors) => tensors.length > DYNAMIC_BINDINGS);
}

/** The first part of the loop that is among the tensors. */
function partOf(tensors: readonly Tensor[], placements: readonly Placement[]): PartName {
  const parts = new Map(placements.map(({ tensor, part }) => [tensorKey(tensor), part]));
  const names = tensors.map((tensor) => parts.get(tensorKey(resolveAlias(tensor).tensor)));
  return defined(
    names.find((part) => part !== undefined),
    'a part that need not be bound in place',
  );
}
