/**
 * Memory: a storage for every value. Values whose lives do not overlap share one; a step's inputs
 * and outputs never do, since WebGPU allows a buffer one usage in a dispatch.
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
interface Life {
  readonly byteLength: number;
  first: number;
  last: number;
}

/** Places every value and finishes the plan. */
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
  const lives = lifetimes(groups, outputs, references, owners);
  const scratch = scratchLives(groups);
  const assigned = shareStorage([...lives.values(), ...scratch.flat()], add);
  for (const [key, life] of lives) owners.set(key, defined(assigned.get(life), 'storage'));
  const storageOf = (owner: Tensor) =>
    defined(owners.get(tensorKey(owner)), `storage of ${owner.node.op.name}`);
  const ranges = loopRanges(groups);
  const frames = [...ranges.keys()];
  const loopOf = (frame: LoopFrame) => frames.indexOf(frame);
  const motion = ({ frame, start, advance }: LoopStride): PlaceStride => {
    return { loop: loopOf(frame), start, advance };
  };
  const place = (tensor: Tensor): Place => {
    const { tensor: owner, offset, strides, doubleBuffer } = resolveStorage(tensor, references);
    // Nothing can be bound at the end of a storage; what has no elements lies anywhere.
    if (isEmpty(tensor)) return { storage: storageOf(owner), elementOffset: 0 };
    return {
      storage: storageOf(owner),
      elementOffset: offset,
      ...(strides.length === 0 ? {} : { strides: strides.map(motion) }),
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
  const values = groups.flatMap((group) => [...group.inputs, ...group.outputs]);
  return {
    steps: groups.map(
      (group, i): Step => ({
        group,
        scratch: (scratch[i] ?? []).map((life) => ({
          storage: defined(assigned.get(life), 'scratch'),
          elementOffset: 0,
        })),
      }),
    ),
    storages,
    inputs: ports(graph.inputs),
    outputs: ports(outputs),
    states: ports(graph.states),
    places: new Map(values.map((tensor) => [tensorKey(tensor), place(tensor)])),
    loops: [...ranges].map(([{ length }, [first, last]]) => ({ first, end: last + 1, length })),
    symbols: symbolsOf([
      ...[...graph.inputs.values(), ...graph.states.values()].map((t) => t.shape),
      // A value may be of a size that no input has.
      ...groups.flatMap(groupNodes).flatMap(({ types }) => types.map(({ shape }) => shape)),
      frames.map(({ length }) => length),
    ]),
  };
}

/** The tensors that own storage: all that steps touch, and every source by name. */
function allOwners(
  graph: Graph,
  groups: readonly Group[],
  outputs: ReadonlyMap<string, Tensor>,
  references: StorageReferences,
): Iterable<Tensor> {
  const owners = new Map<string, Tensor>();
  const touched = groups.flatMap((group) => [...group.inputs, ...group.outputs]);
  const named = [...graph.inputs.values(), ...graph.states.values(), ...outputs.values()];
  for (const tensor of [...named, ...graphResults(graph), ...touched]) {
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
): Map<string, Life> {
  const lives = new Map<string, Life>();
  for (const [key, { owner, first, last }] of liveRanges(groups, references)) {
    if (!dedicated.has(key)) lives.set(key, { byteLength: boundBytes(owner.shape), first, last });
  }
  for (const tensor of outputs.values()) {
    const life = lives.get(storageKey(tensor, references));
    if (life !== undefined) life.last = groups.length;
  }
  return lives;
}

function scratchLives(groups: readonly Group[]): readonly (readonly Life[])[] {
  return groups.map(({ host }, step) =>
    scratchTypes(host).map(({ shape }) => ({
      byteLength: boundBytes(shape),
      first: step,
      last: step,
    })),
  );
}

/** Greedy by size (Pisarchyk and Lee 2020): the largest first, each into the first free storage. */
function shareStorage(
  lives: readonly Life[],
  add: (use: Storage['use'], byteLength: number) => Storage,
): Map<Life, Storage> {
  const assigned = new Map<Life, Storage>();
  const shelves: { readonly storage: Storage; readonly lives: Life[] }[] = [];
  for (const life of [...lives].sort((a, b) => b.byteLength - a.byteLength)) {
    const overlaps = (other: Life) => other.first <= life.last && life.first <= other.last;
    let shelf = shelves.find((candidate) => !candidate.lives.some(overlaps));
    if (shelf === undefined) {
      const byteLength = Math.ceil(life.byteLength / ELEMENT_BYTES) * ELEMENT_BYTES;
      shelf = { storage: add({ kind: 'temporary' }, byteLength), lives: [] };
      shelves.push(shelf);
    }
    shelf.lives.push(life);
    assigned.set(life, shelf.storage);
  }
  return assigned;
}
