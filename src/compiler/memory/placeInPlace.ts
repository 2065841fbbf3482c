/**
 * Results of kernels that overwrite an input lie in that input's storage if nothing else needs it
 * any more; otherwise the kernel overwrites a copy.
 */
import type { Graph } from '../../graph/graph';
import { tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import { sourceOf } from '../../graph/source';
import { type Group, groupNodes } from '../schedule/group';
import { inPlacePairs } from '../schedule/inPlace';
import { addCopy } from './addCopy';
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
      const isWhole = owner.offset === 0 && owner.strides.length === 0 && !owner.doubleBuffer;
      const isResult = results.some((tensor) => storageKey(tensor, references) === key);
      const isDead = !isResult && (last.get(key) ?? i) <= i;
      const isReadOnce = operandsIn(group, key, references) === 1;
      if (isWhole && isDead && isReadOnce && mayOverwrite(owner.tensor, to, updates, results)) {
        references.set(tensorKey(to), { tensor: owner.tensor, offset: 0 });
        last.set(key, Math.max(last.get(key) ?? i, last.get(tensorKey(to)) ?? i));
      } else {
        const copied = addCopy(groups, from, group.loops);
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
 * Inputs and constants are never overwritten, and a state only on the way to its own next value: no
 * other result may lie there, because the next value takes its place. Nor are packs overwritten:
 * what lies between their parts stays zero from run to run.
 */
function mayOverwrite(
  owner: Tensor,
  written: Tensor,
  updates: ReadonlyMap<string, Tensor>,
  results: readonly Tensor[],
): boolean {
  const source = sourceOf(owner.node);
  if (source === undefined) return owner.node.op.lowering.kind !== 'pack';
  if (source.kind !== 'state') return false;
  const next = updates.get(source.name);
  if (next === undefined) return false;
  const key = tensorKey(written);
  const isWritten = (tensor: Tensor) => tensorKey(resolveAlias(tensor).tensor) === key;
  return isWritten(next) || (overwrites(next, key) && !results.some(isWritten));
}

/**
 * Whether the key is that of a tensor, of the input that its kernel overwrites, of the one that the
 * kernel of that input overwrites, and so on.
 */
function overwrites(tensor: Tensor, key: string): boolean {
  const { tensor: own } = resolveAlias(tensor);
  if (tensorKey(own) === key) return true;
  return inPlacePairs({ host: own.node }).some(
    ([to, from]) => to.index === own.index && overwrites(from, key),
  );
}
