/**
 * Makes every hidden copy explicit: a kernel may overwrite an input that is still needed, a result
 * may be a source itself, a state's next value may not be computable in its place. What remains can
 * be placed without moving data. Also finds what may share one storage.
 */

import { dimsEqual } from '../../core/dim';
import { numberOfElements } from '../../core/shape';
import type { Graph } from '../../graph/graph';
import { tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import { sourceOf } from '../../graph/source';
import { copy } from '../../ops/copy/op';
import type { Expanded } from '../loops/expandLoops';
import { copyGroup } from '../schedule/fuse';
import type { Group } from '../schedule/group';
import { inPlacePairs } from '../schedule/inPlace';
import { liveRanges } from './liveRanges';
import type { placePacks as PlacePacks } from './placePacks';
import type { StorageReference, StorageReferences } from './references';
import { resolveAlias, resolveStorage, storageKey } from './references';

export interface Resolved {
  readonly groups: readonly Group[];
  readonly references: StorageReferences;
  /** Results by name, with copies in place of sources. */
  readonly outputs: ReadonlyMap<string, Tensor>;
}

/**
 * Inserts copies into scheduled groups and decides which values share storage.
 * @param placePacks the pass for graphs that hold packs
 */
export function resolveCopies(
  graph: Graph,
  { groups: scheduled, results, references: placed }: Expanded,
  placePacks?: typeof PlacePacks,
): Resolved {
  const references = new Map(placed);
  const saves: Group[] = [];
  const save = (tensor: Tensor): Tensor => {
    const saved = copy(tensor);
    saves.push(copyGroup(tensor, saved, []));
    return saved;
  };
  const outputs = new Map([...graph.outputs].map(([name, t]) => [name, isSource(t) ? save(t) : t]));
  const updates = new Map<string, Tensor>();
  for (const [name, next] of graph.updates) {
    const state = graph.states.get(name);
    const unchanged =
      state !== undefined && tensorKey(resolveAlias(next).tensor) === tensorKey(state);
    if (!unchanged) updates.set(name, isSource(next) ? save(next) : next);
  }
  const resolved: Graph = { ...graph, outputs, updates };
  // Sources that are results are read before any state is overwritten.
  let groups: readonly Group[] = [...saves, ...scheduled];
  groups = placePacks?.(groups, resolved, results, references) ?? groups;
  groups = placeInPlace(groups, resolved, references);
  groups = placeUpdates(groups, resolved, references);
  return { groups, references, outputs };
}

function isSource(tensor: Tensor): boolean {
  return sourceOf(resolveAlias(tensor).tensor.node) !== undefined;
}

/** Index of the last group that reads each storage, by its owner's key. */
function lastReads(groups: readonly Group[], references: StorageReferences): Map<string, number> {
  const last = new Map<string, number>();
  for (const [key, { lastRead }] of liveRanges(groups, references)) {
    if (lastRead !== undefined) last.set(key, lastRead);
  }
  return last;
}

/** An overwritten input must be dead afterwards and read once by the group, or be a copy. */
function placeInPlace(
  groups: readonly Group[],
  { outputs, updates }: Graph,
  references: Map<string, StorageReference>,
): Group[] {
  const last = lastReads(groups, references);
  const results = [...outputs.values(), ...updates.values()];
  const result: Group[] = [];
  groups.forEach((group, i) => {
    for (const [to, from] of inPlacePairs(group)) {
      if (references.has(tensorKey(to))) continue;
      const owner = resolveStorage(from, references);
      const key = tensorKey(owner.tensor);
      const isFixed = owner.strides.length === 0 && owner.doubleBuffer === undefined;
      const whole = owner.offset === 0 && isFixed;
      const isResult = results.some((tensor) => storageKey(tensor, references) === key);
      const dead = (last.get(key) ?? -1) <= i && !isResult;
      const alone = operandsIn(group, key, references) === 1;
      if (whole && dead && alone && mayOverwrite(owner.tensor, to, updates)) {
        references.set(tensorKey(to), { tensor: owner.tensor, offset: 0 });
        last.set(key, Math.max(last.get(key) ?? i, last.get(tensorKey(to)) ?? i));
      } else {
        const moved = copy(from);
        result.push(copyGroup(from, moved, group.loops));
        references.set(tensorKey(to), { tensor: moved, offset: 0 });
        last.set(tensorKey(moved), last.get(tensorKey(to)) ?? i);
      }
    }
    result.push(group);
  });
  return result;
}

/** How many of a group's operands lie in a storage: a kernel may bind it once if it writes it. */
function operandsIn({ host, chain }: Group, owner: string, references: StorageReferences): number {
  const operands = [...(host === undefined ? [] : [host]), ...chain].flatMap(
    ({ inputs }) => inputs,
  );
  return operands.filter((tensor) => storageKey(tensor, references) === owner).length;
}

/**
 * A state may be overwritten only on the way to its own next value; inputs and constants never, and no pack:
 * what lies between its parts stays zero from run to run.
 */
function mayOverwrite(
  owner: Tensor,
  written: Tensor,
  updates: ReadonlyMap<string, Tensor>,
): boolean {
  const source = sourceOf(owner.node);
  if (source === undefined) return owner.node.op.lowering.kind !== 'pack';
  if (source.kind !== 'state') return false;
  const next = updates.get(source.name);
  if (next === undefined) return false;
  return inPlaceOrigins(next).has(tensorKey(written));
}

/** The chain of in-place results that ends in a tensor. */
function inPlaceOrigins(tensor: Tensor): ReadonlySet<string> {
  const keys = new Set<string>();
  let current: Tensor | undefined = resolveAlias(tensor).tensor;
  while (current !== undefined && !keys.has(tensorKey(current))) {
    const key = tensorKey(current);
    keys.add(key);
    const group: Group = { host: current.node, chain: [], inputs: [], outputs: [], loops: [] };
    const source: Tensor | undefined = inPlacePairs(group).find(
      ([to]) => tensorKey(to) === key,
    )?.[1];
    current = source === undefined ? undefined : resolveAlias(source).tensor;
  }
  return keys;
}

/** A state's next value is computed in the state's storage if all reads come first, else copied. */
function placeUpdates(
  groups: readonly Group[],
  { states, updates }: Graph,
  references: Map<string, StorageReference>,
): Group[] {
  const spans = liveRanges(groups, references);
  const writes: Group[] = [];
  for (const [name, next] of updates) {
    const state = states.get(name);
    if (state === undefined) continue;
    const place = resolveStorage(next, references);
    const key = tensorKey(place.tensor);
    if (key === tensorKey(state)) continue;
    const producer = spans.get(key)?.firstWrite ?? -1;
    const isArena = place.tensor.node.op.lowering.kind === 'pack';
    const readBefore = (spans.get(tensorKey(state))?.lastRead ?? -1) < producer;
    const taken = [...references.values()].some(
      (root) => tensorKey(root.tensor) === tensorKey(state),
    );
    const isWhole = place.offset === 0 && sameSize(place.tensor, state);
    if (!isSource(place.tensor) && !isArena && readBefore && !taken && isWhole) {
      references.set(key, { tensor: state, offset: 0 });
      continue;
    }
    const written = copy(next);
    references.set(tensorKey(written), { tensor: state, offset: 0 });
    writes.push(copyGroup(next, written, []));
  }
  return [...groups, ...writes];
}

function sameSize(a: Tensor, b: Tensor): boolean {
  return dimsEqual(numberOfElements(a.shape), numberOfElements(b.shape));
}
