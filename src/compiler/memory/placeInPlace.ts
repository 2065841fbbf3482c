/**
 * Results of kernels that overwrite an input lie in that input's storage if nothing else needs it
 * any more; otherwise the kernel overwrites a copy.
 */
import type { Graph } from '../../graph/graph';
import { tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import { sourceOf } from '../../graph/source';
import { copy } from '../../ops/copy/op';
import { copyGroup } from '../schedule/fuse';
import { type Group, groupNodes } from '../schedule/group';
import { inPlacePairs } from '../schedule/inPlace';
import { liveRanges } from './liveRanges';
import {
  type PlacedGroups,
  resolveAlias,
  resolveStorage,
  type StorageReferences,
  storageKey,
} from './references';

export function placeInPlace(
  placed: PlacedGroups,
  { outputs, updates }: Pick<Graph, 'outputs' | 'updates'>,
): PlacedGroups {
  const references = new Map(placed.references);
  const last = lastReads(placed);
  const results = [...outputs.values(), ...updates.values()];
  const groups: Group[] = [];
  placed.groups.forEach((group, i) => {
    for (const [to, from] of inPlacePairs(group)) {
      if (references.has(tensorKey(to))) continue;
      const owner = resolveStorage(from, references);
      const key = tensorKey(owner.tensor);
      const { strides, doubleBuffer } = owner;
      const isWhole = owner.offset === 0 && strides.length === 0 && doubleBuffer === undefined;
      const isResult = results.some((tensor) => storageKey(tensor, references) === key);
      const isDead = (last.get(key) ?? -1) <= i && !isResult;
      const isReadOnce = operandsIn(group, key, references) === 1;
      if (isWhole && isDead && isReadOnce && mayOverwrite(owner.tensor, to, updates)) {
        references.set(tensorKey(to), { tensor: owner.tensor, offset: 0 });
        last.set(key, Math.max(last.get(key) ?? i, last.get(tensorKey(to)) ?? i));
      } else {
        const copied = copy(from);
        groups.push(copyGroup(from, copied, group.loops));
        references.set(tensorKey(to), { tensor: copied, offset: 0 });
        last.set(tensorKey(copied), last.get(tensorKey(to)) ?? i);
      }
    }
    groups.push(group);
  });
  return { groups, references };
}

/** Index of the last group that reads each storage, by its owner's key. */
function lastReads({ groups, references }: PlacedGroups): Map<string, number> {
  const last = new Map<string, number>();
  for (const [key, { lastRead }] of liveRanges(groups, references)) {
    if (lastRead !== undefined) last.set(key, lastRead);
  }
  return last;
}

/**
 * Number of a group's operands in a storage: a kernel that writes a storage may bind it only once.
 */
function operandsIn(group: Group, owner: string, references: StorageReferences): number {
  const operands = groupNodes(group).flatMap(({ inputs }) => inputs);
  return operands.filter((tensor) => storageKey(tensor, references) === owner).length;
}

/**
 * Inputs and constants are never overwritten, and a state only on the way to its own next value.
 * Nor are packs: what lies between their parts stays zero from run to run.
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

/**
 * A tensor, the input that its kernel overwrites, the input that the kernel of that one overwrites,
 * and so on.
 */
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
