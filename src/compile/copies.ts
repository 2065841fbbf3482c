/**
 * Makes every hidden copy explicit: a kernel may overwrite an input that is still needed, a result
 * may be a source itself, a state's next value may not be computable in its place. What remains can
 * be placed without moving data. Also finds what may share one storage.
 */

import type { Graph } from '../graph/graph';
import { reachableNodes, tensorKey } from '../graph/node';
import type { Node, Tensor } from '../graph/op';
import { sourceOf } from '../graph/source';
import { copy } from '../ops/copy/op';
import type { Group } from './fuse';

/** A value's storage: the tensor that owns it, and where the value begins in it. */
export interface Root {
  readonly tensor: Tensor;
  readonly offset: number;
}

/** Follows aliases (views, reshapes) to the tensor that owns the storage. */
export function rootOf(tensor: Tensor): Root {
  let [owner, offset] = [tensor, 0];
  for (;;) {
    const { lowering } = owner.node.op;
    const [source] = owner.node.inputs;
    if (lowering.kind !== 'alias' || source === undefined) return { tensor: owner, offset };
    offset += lowering.offset(owner.node.attrs);
    owner = source;
  }
}

/** Tensors that must lie in the storage of another, at an element offset. */
export type Shared = ReadonlyMap<string, Root>;

export interface Resolved {
  readonly groups: readonly Group[];
  readonly shared: Shared;
  /** Results by name, with copies in place of sources. */
  readonly outputs: ReadonlyMap<string, Tensor>;
}

/** Inserts copies into scheduled groups and decides which values share storage. */
export function resolveCopies(graph: Graph, scheduled: readonly Group[]): Resolved {
  const shared = new Map<string, Root>();
  const saves: Group[] = [];
  const save = (tensor: Tensor): Tensor => {
    const saved = copy(tensor);
    saves.push(copyGroup(tensor, saved));
    return saved;
  };
  const outputs = new Map([...graph.outputs].map(([name, t]) => [name, isSource(t) ? save(t) : t]));
  const updates = new Map<string, Tensor>();
  for (const [name, next] of graph.updates) {
    const state = graph.states.get(name);
    const unchanged = state !== undefined && tensorKey(rootOf(next).tensor) === tensorKey(state);
    if (!unchanged) updates.set(name, isSource(next) ? save(next) : next);
  }
  const resolved: Graph = { ...graph, outputs, updates };
  // Sources that are results are read before any state is overwritten.
  let groups: readonly Group[] = [...saves, ...scheduled];
  groups = placePacks(groups, resolved, shared);
  groups = placeInPlace(groups, resolved, shared);
  groups = placeUpdates(groups, resolved, shared);
  return { groups, shared, outputs };
}

function isSource(tensor: Tensor): boolean {
  return sourceOf(rootOf(tensor).tensor.node) !== undefined;
}

export function copyGroup(source: Tensor, result: Tensor): Group {
  return { host: undefined, chain: [result.node], inputs: [source], outputs: [result] };
}

/** Index of the last group that reads each storage, by its owner's key. */
function lastReads(groups: readonly Group[], shared: Shared): Map<string, number> {
  const last = new Map<string, number>();
  groups.forEach((group, i) => {
    for (const tensor of group.inputs) last.set(ownerKey(tensor, shared), i);
  });
  return last;
}

/** Key of the tensor that owns the storage a value lies in. */
export function ownerKey(tensor: Tensor, shared: Shared): string {
  return tensorKey(placeOf(tensor, shared).tensor);
}

/** Follows aliases and sharing to the owner of the storage. */
export function placeOf(tensor: Tensor, shared: Shared): Root {
  let { tensor: owner, offset } = rootOf(tensor);
  for (;;) {
    const host = shared.get(tensorKey(owner));
    if (host === undefined) return { tensor: owner, offset };
    const next = rootOf(host.tensor);
    offset += host.offset + next.offset;
    owner = next.tensor;
  }
}

/** Values packed into an arena are computed right there, where that is possible, else copied. */
function placePacks(groups: readonly Group[], graph: Graph, shared: Map<string, Root>): Group[] {
  const result = [...groups];
  const roots = [...graph.outputs.values(), ...graph.updates.values()];
  const escaping = new Set(roots.map((tensor) => tensorKey(rootOf(tensor).tensor)));
  for (const pack of packNodes(roots)) {
    const { lowering } = pack.op;
    if (lowering.kind !== 'pack') continue;
    const arena: Tensor = { node: pack, index: 0, ...firstType(pack) };
    const offsets = lowering.offsets(pack.attrs);
    pack.inputs.forEach((tensor, i) => {
      const root = rootOf(tensor);
      const key = tensorKey(root.tensor);
      const offset = offsets[i] ?? 0;
      const producer = result.findIndex((g) => g.outputs.some((t) => tensorKey(t) === key));
      const once = pack.inputs.filter((t) => tensorKey(rootOf(t).tensor) === key).length === 1;
      const free = once && root.offset === 0 && !shared.has(key) && !escaping.has(key);
      const writesInPlace = producer >= 0 && isInPlace(result[producer], root.tensor);
      if (producer >= 0 && free && !writesInPlace && !readByMate(result, key, pack)) {
        shared.set(key, { tensor: arena, offset });
        return;
      }
      const moved = copy(tensor);
      shared.set(tensorKey(moved), { tensor: arena, offset });
      result.splice(firstReader(result, arena), 0, copyGroup(tensor, moved));
    });
  }
  return result;
}

/** All packs, users before what they use: the copy out of a pack is a reader of that pack. */
function packNodes(results: readonly Tensor[]): readonly Node[] {
  return reachableNodes(results)
    .filter((node) => node.op.lowering.kind === 'pack')
    .reverse();
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

function firstReader(groups: readonly Group[], arena: Tensor): number {
  const key = tensorKey(arena);
  const at = groups.findIndex((g) => g.inputs.some((t) => tensorKey(rootOf(t).tensor) === key));
  return at < 0 ? groups.length : at;
}

/** Pairs of output and input that a host's kernel treats as one buffer. */
export function inPlacePairs(group: Group): readonly (readonly [Tensor, Tensor])[] {
  const { host } = group;
  if (host === undefined || host.op.lowering.kind !== 'kernel') return [];
  const pairs = host.op.lowering.inPlace?.(host.attrs) ?? new Map<number, number>();
  return [...pairs].flatMap(([to, from]) => {
    const source = host.inputs[from];
    const type = host.types[to];
    return source === undefined || type === undefined
      ? []
      : [[{ node: host, index: to, ...type }, source] as const];
  });
}

function isInPlace(group: Group | undefined, tensor: Tensor): boolean {
  const key = tensorKey(tensor);
  return group !== undefined && inPlacePairs(group).some(([to]) => tensorKey(to) === key);
}

/** An overwritten input must be dead afterwards, or be a copy. */
function placeInPlace(
  groups: readonly Group[],
  { outputs, updates }: Graph,
  shared: Map<string, Root>,
): Group[] {
  const last = lastReads(groups, shared);
  const kept = new Set([...outputs.values()].map((tensor) => ownerKey(tensor, shared)));
  const result: Group[] = [];
  groups.forEach((group, i) => {
    for (const [to, from] of inPlacePairs(group)) {
      const owner = placeOf(from, shared);
      const key = tensorKey(owner.tensor);
      const whole = owner.offset === 0;
      const dead = (last.get(key) ?? -1) <= i && (!kept.has(key) || isOutput(to, outputs));
      if (whole && dead && mayOverwrite(owner.tensor, to, updates)) {
        shared.set(tensorKey(to), { tensor: owner.tensor, offset: 0 });
        last.set(key, Math.max(last.get(key) ?? i, last.get(tensorKey(to)) ?? i));
      } else {
        const moved = copy(from);
        result.push(copyGroup(from, moved));
        shared.set(tensorKey(to), { tensor: moved, offset: 0 });
      }
    }
    result.push(group);
  });
  return result;
}

function isOutput(tensor: Tensor, outputs: ReadonlyMap<string, Tensor>): boolean {
  const key = tensorKey(tensor);
  return [...outputs.values()].some((t) => tensorKey(rootOf(t).tensor) === key);
}

/** A state may be overwritten only on the way to its own next value; inputs and constants never. */
function mayOverwrite(
  owner: Tensor,
  written: Tensor,
  updates: ReadonlyMap<string, Tensor>,
): boolean {
  const source = sourceOf(owner.node);
  if (source === undefined) return true;
  if (source.kind !== 'state') return false;
  const next = updates.get(source.name);
  if (next === undefined) return false;
  return inPlaceOrigins(next).has(tensorKey(written));
}

/** The chain of in-place results that ends in a tensor. */
function inPlaceOrigins(tensor: Tensor): ReadonlySet<string> {
  const keys = new Set<string>();
  let current: Tensor | undefined = rootOf(tensor).tensor;
  while (current !== undefined && !keys.has(tensorKey(current))) {
    const key = tensorKey(current);
    keys.add(key);
    const group: Group = { host: current.node, chain: [], inputs: [], outputs: [] };
    const source: Tensor | undefined = inPlacePairs(group).find(
      ([to]) => tensorKey(to) === key,
    )?.[1];
    current = source === undefined ? undefined : rootOf(source).tensor;
  }
  return keys;
}

/** A state's next value is computed in the state's storage if all reads come first, else copied. */
function placeUpdates(
  groups: readonly Group[],
  { states, updates }: Graph,
  shared: Map<string, Root>,
): Group[] {
  const last = lastReads(groups, shared);
  const writes: Group[] = [];
  for (const [name, next] of updates) {
    const state = states.get(name);
    if (state === undefined) continue;
    const place = placeOf(next, shared);
    const key = tensorKey(place.tensor);
    if (key === tensorKey(state)) continue;
    const producer = groups.findIndex((g) => g.outputs.some((t) => ownerKey(t, shared) === key));
    const isArena = place.tensor.node.op.lowering.kind === 'pack';
    const readBefore = (last.get(tensorKey(state)) ?? -1) < producer;
    const taken = [...shared.values()].some((root) => tensorKey(root.tensor) === tensorKey(state));
    if (!isSource(place.tensor) && !isArena && readBefore && !taken && place.offset === 0) {
      shared.set(key, { tensor: state, offset: 0 });
      continue;
    }
    const written = copy(next);
    shared.set(tensorKey(written), { tensor: state, offset: 0 });
    writes.push(copyGroup(next, written));
  }
  return [...groups, ...writes];
}

function firstType(node: Node): Pick<Tensor, 'shape' | 'dtype'> {
  return node.types[0] ?? { shape: [], dtype: 'f32' };
}
