/**
 * Assigns a storage to every value. Values whose lifetimes do not overlap share one. Inputs and
 * outputs of a step never do, as WebGPU allows a buffer only one usage in a dispatch.
 */
import { defined } from '../../core/errors';
import { ELEMENT_BYTES, isEmpty } from '../../core/shape';
import type { Graph } from '../../graph/graph';
import { graphResults } from '../../graph/graph';
import { tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import { sourceOf } from '../../graph/source';
import {
  boundBytes,
  type Place,
  type PlaceStride,
  type Plan,
  type Port,
  type Step,
  type Storage,
  symbolsOf,
} from '../plan/plan';
import type { Group, LoopFrame } from '../schedule/group';
import { groupNodes, scratchTypes } from '../schedule/group';
import type { Resolved } from './copies';
import { liveRanges, loopRanges } from './liveRanges';
import type { LoopStride, StorageReferences } from './references';
import { resolveStorage, storageKey, storageOwners } from './references';

/** First and last step in which a value must be in memory. */
interface Lifetime {
  readonly byteLength: number;
  readonly first: number;
  readonly last: number;
}

/** The plan of groups whose copies are resolved. */
export function planMemory(graph: Graph, resolved: Resolved): Plan {
  const { groups, references, outputs } = resolved;
  const storages: Storage[] = [];
  const owners = new Map<string, Storage>();
  const add = (use: Storage['use'], byteLength: number): Storage => {
    const storage: Storage = { id: storages.length, use, byteLength };
    storages.push(storage);
    return storage;
  };
  for (const tensor of allOwners(graph, groups, outputs, references)) {
    const use = dedicatedUse(tensor);
    if (use !== undefined) owners.set(tensorKey(tensor), add(use, boundBytes(tensor.shape)));
  }
  const values = lifetimes(groups, outputs, references, owners);
  const scratch = scratchLifetimes(groups);
  const assigned = shareStorage([...values.values(), ...scratch.flat()], add);
  for (const [key, lifetime] of values) owners.set(key, defined(assigned.get(lifetime), 'storage'));
  const storageOf = (owner: Tensor) =>
    defined(owners.get(tensorKey(owner)), `storage of ${owner.node.op.name}`);
  const ranges = loopRanges(groups);
  const frames = [...ranges.keys()];
  const loopOf = (frame: LoopFrame) => frames.indexOf(frame);
  const strideOf = ({ frame, start, advance }: LoopStride): PlaceStride => {
    return { loop: loopOf(frame), start, advance };
  };
  const place = (tensor: Tensor): Place => {
    const { tensor: owner, offset, strides, doubleBuffer } = resolveStorage(tensor, references);
    // An empty value may have its offset at the end of a storage, where nothing can be bound.
    if (isEmpty(tensor)) return { storage: storageOf(owner), elementOffset: 0 };
    return {
      storage: storageOf(owner),
      elementOffset: offset,
      ...(strides.length === 0 ? {} : { strides: strides.map(strideOf) }),
      ...(doubleBuffer === undefined
        ? {}
        : {
            doubleBuffer: {
              loop: loopOf(doubleBuffer.frame),
              other: storageOf(doubleBuffer.other),
            },
          }),
    };
  };
  const port = (tensor: Tensor): Port => ({
    dtype: tensor.dtype,
    shape: tensor.shape,
    place: place(tensor),
  });
  const ports = (tensors: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Port> =>
    new Map([...tensors].map(([name, tensor]) => [name, port(tensor)]));
  const tensors = groups.flatMap((group) => [...group.inputs, ...group.outputs]);
  return {
    steps: groups.map(
      (group, i): Step => ({
        group,
        scratch: (scratch[i] ?? []).map((lifetime) => ({
          storage: defined(assigned.get(lifetime), 'scratch'),
          elementOffset: 0,
        })),
      }),
    ),
    storages,
    inputs: ports(graph.inputs),
    outputs: ports(outputs),
    states: ports(graph.states),
    places: new Map(tensors.map((tensor) => [tensorKey(tensor), place(tensor)])),
    loops: [...ranges].map(([{ length }, [first, last]]) => ({ first, end: last + 1, length })),
    symbols: symbolsOf([
      ...[...graph.inputs.values(), ...graph.states.values()].map((t) => t.shape),
      // A value may be of a size that no input has.
      ...groups.flatMap(groupNodes).flatMap(({ types }) => types.map(({ shape }) => shape)),
      frames.map(({ length }) => length),
    ]),
  };
}

/** The tensors that own storage: those of all values that steps use, and of all named ones. */
function allOwners(
  graph: Graph,
  groups: readonly Group[],
  outputs: ReadonlyMap<string, Tensor>,
  references: StorageReferences,
): Iterable<Tensor> {
  const owners = new Map<string, Tensor>();
  const used = groups.flatMap((group) => [...group.inputs, ...group.outputs]);
  const named = [...graph.inputs.values(), ...graph.states.values(), ...outputs.values()];
  for (const tensor of [...named, ...graphResults(graph), ...used]) {
    for (const owner of storageOwners(tensor, references)) owners.set(tensorKey(owner), owner);
  }
  return owners.values();
}

/** Sources and arenas have storage of their own; undefined for a value that may share. */
function dedicatedUse(tensor: Tensor): Storage['use'] | undefined {
  const source = sourceOf(tensor.node);
  if (source?.kind === 'constant') return { ...source, dtype: tensor.dtype };
  if (source !== undefined) return source;
  return tensor.node.op.lowering.kind === 'pack' ? { kind: 'arena' } : undefined;
}

function lifetimes(
  groups: readonly Group[],
  outputs: ReadonlyMap<string, Tensor>,
  references: StorageReferences,
  dedicated: ReadonlyMap<string, Storage>,
): ReadonlyMap<string, Lifetime> {
  const kept = new Set([...outputs.values()].map((tensor) => storageKey(tensor, references)));
  const shared = [...liveRanges(groups, references)].filter(([key]) => !dedicated.has(key));
  return new Map(
    shared.map(([key, { owner, first, last }]) => {
      const end = kept.has(key) ? groups.length : last;
      return [key, { byteLength: boundBytes(owner.shape), first, last: end }];
    }),
  );
}

function scratchLifetimes(groups: readonly Group[]): readonly (readonly Lifetime[])[] {
  return groups.map(({ host }, step) =>
    scratchTypes(host).map(({ shape }) => ({
      byteLength: boundBytes(shape),
      first: step,
      last: step,
    })),
  );
}

/**
 * Greedy by size (Pisarchyk and Lee 2020): the largest value first, each in the first storage that
 * is free.
 */
function shareStorage(
  lifetimes: readonly Lifetime[],
  add: (use: Storage['use'], byteLength: number) => Storage,
): ReadonlyMap<Lifetime, Storage> {
  const assigned = new Map<Lifetime, Storage>();
  const slots: { readonly storage: Storage; readonly users: Lifetime[] }[] = [];
  for (const lifetime of [...lifetimes].sort((a, b) => b.byteLength - a.byteLength)) {
    const overlaps = (other: Lifetime) =>
      other.first <= lifetime.last && lifetime.first <= other.last;
    let slot = slots.find(({ users }) => !users.some(overlaps));
    if (slot === undefined) {
      const byteLength = Math.ceil(lifetime.byteLength / ELEMENT_BYTES) * ELEMENT_BYTES;
      slot = { storage: add({ kind: 'temporary' }, byteLength), users: [] };
      slots.push(slot);
    }
    slot.users.push(lifetime);
    assigned.set(lifetime, slot.storage);
  }
  return assigned;
}
