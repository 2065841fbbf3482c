/**
 * Live ranges of storages, as indices of groups. What holds a value from one iteration of a loop to
 * the next, or from outside of the loop, is live during the whole loop.
 */
import { tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import type { Group, LoopFrame } from '../schedule/group';
import type { StorageReferences } from './references';
import { storageChain, storageOwners } from './references';

export interface LiveRange {
  readonly owner: Tensor;
  /** First and last group during which the storage is in use. */
  readonly first: number;
  readonly last: number;
  /** First group that writes it and last one that reads it; undefined if there is none. */
  readonly firstWrite: number | undefined;
  readonly lastRead: number | undefined;
}

type Range = readonly [first: number, last: number];

/** First and last group of each loop. */
export function loopRanges(groups: readonly Group[]): ReadonlyMap<LoopFrame, Range> {
  const ranges = new Map<LoopFrame, Range>();
  groups.forEach(({ loops }, i) => {
    for (const frame of loops) ranges.set(frame, [ranges.get(frame)?.[0] ?? i, i]);
  });
  return ranges;
}

/** The groups that use a storage. */
interface Accesses {
  readonly owner: Tensor;
  readonly reads: number[];
  readonly writes: number[];
  /** Keys of all tensors that lie in the storage. */
  readonly parts: Set<string>;
}

/** The live range of every storage, by its owner's key. */
export function liveRanges(
  groups: readonly Group[],
  references: StorageReferences,
): ReadonlyMap<string, LiveRange> {
  const loops = loopRanges(groups);
  const accesses = new Map<string, Accesses>();
  const access = (tensor: Tensor, kind: 'reads' | 'writes', i: number): void => {
    for (const owner of storageOwners(tensor, references)) {
      const key = tensorKey(owner);
      const known = accesses.get(key) ?? { owner, reads: [], writes: [], parts: new Set<string>() };
      for (const part of storageChain(tensor, references)) known.parts.add(part);
      known[kind].push(i);
      accesses.set(key, known);
    }
  };
  groups.forEach(({ inputs, outputs }, i) => {
    for (const tensor of inputs) access(tensor, 'reads', i);
    for (const tensor of outputs) access(tensor, 'writes', i);
  });
  const ranges = new Map<string, LiveRange>();
  for (const [key, accessed] of accesses) {
    const { owner, reads, writes } = accessed;
    const around = (i: number): Range => {
      const outer = groups[i]?.loops.find((frame) => !isLocal(accessed, frame, loops));
      return (outer && loops.get(outer)) ?? [i, i];
    };
    const all = [...reads, ...writes].map(around);
    ranges.set(key, {
      owner,
      first: Math.min(...all.map(([first]) => first)),
      last: Math.max(...all.map(([, last]) => last)),
      firstWrite: writes.length === 0 ? undefined : Math.min(...writes.map((i) => around(i)[0])),
      lastRead: reads.length === 0 ? undefined : Math.max(...reads.map((i) => around(i)[1])),
    });
  }
  return ranges;
}

/**
 * Whether the storage is used in the loop alone, and holds no value from one iteration to the next.
 */
function isLocal(
  { reads, writes, parts }: Accesses,
  frame: LoopFrame,
  loops: ReadonlyMap<LoopFrame, Range>,
): boolean {
  const [first, last] = loops.get(frame) ?? [0, -1];
  const inside = [...reads, ...writes].every((i) => i >= first && i <= last);
  return (
    inside && writes.length > 0 && !frame.persistent.some((tensor) => parts.has(tensorKey(tensor)))
  );
}
