/**
 * When storages are in use, by group index. What lives from one iteration of a loop to the next, or
 * comes from outside of it, is in use through the whole loop.
 */
import { tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import type { Group, LoopFrame } from '../schedule/group';
import type { StorageReferences } from './references';
import { storageChain, storageOwners } from './references';

export interface LiveRange {
  readonly owner: Tensor;
  /** First and last group that touches the storage. */
  readonly first: number;
  readonly last: number;
  /** First group that writes it and last that reads it; undefined where there is none. */
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

interface Touches {
  readonly owner: Tensor;
  readonly reads: number[];
  readonly writes: number[];
  /** Keys of all that lies in the storage. */
  readonly parts: Set<string>;
}

/** The span of every storage, by its owner's key. */
export function liveRanges(
  groups: readonly Group[],
  references: StorageReferences,
): ReadonlyMap<string, LiveRange> {
  const ranges = loopRanges(groups);
  const touches = new Map<string, Touches>();
  const note = (tensor: Tensor, kind: 'reads' | 'writes', i: number): void => {
    for (const owner of storageOwners(tensor, references)) {
      const key = tensorKey(owner);
      const known = touches.get(key) ?? { owner, reads: [], writes: [], parts: new Set<string>() };
      for (const part of storageChain(tensor, references)) known.parts.add(part);
      known[kind].push(i);
      touches.set(key, known);
    }
  };
  groups.forEach(({ inputs, outputs }, i) => {
    for (const tensor of inputs) note(tensor, 'reads', i);
    for (const tensor of outputs) note(tensor, 'writes', i);
  });
  const spans = new Map<string, LiveRange>();
  for (const [key, touched] of touches) {
    const { owner, reads, writes } = touched;
    const around = (i: number): Range => {
      const outer = groups[i]?.loops.find((frame) => !isLocal(touched, frame, ranges));
      return (outer && ranges.get(outer)) ?? [i, i];
    };
    const all = [...reads, ...writes].map(around);
    spans.set(key, {
      owner,
      first: Math.min(...all.map(([first]) => first)),
      last: Math.max(...all.map(([, last]) => last)),
      firstWrite: writes.length === 0 ? undefined : Math.min(...writes.map((i) => around(i)[0])),
      lastRead: reads.length === 0 ? undefined : Math.max(...reads.map((i) => around(i)[1])),
    });
  }
  return spans;
}

/** Whether every iteration writes the storage anew before it reads it, and nothing else sees it. */
function isLocal(
  { reads, writes, parts }: Touches,
  frame: LoopFrame,
  ranges: ReadonlyMap<LoopFrame, Range>,
): boolean {
  const [first, last] = ranges.get(frame) ?? [0, -1];
  const inside = [...reads, ...writes].every((i) => i >= first && i <= last);
  return (
    inside && writes.length > 0 && !frame.persistent.some((tensor) => parts.has(tensorKey(tensor)))
  );
}
