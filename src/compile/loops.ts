/**
 * Puts loops' bodies in line: their groups, between groups that set the carries up and groups that
 * take the results out (loopBody.ts). What nothing reads of a loop vanishes.
 */
import { defined } from '../core/errors';
import { reachableNodes, tensorKey } from '../graph/node';
import type { Loop, Node, Tensor } from '../graph/op';
import type { Group } from './fuse';
import { type Live, type LoopContext, LoopLowerer } from './loopBody';
import { placeOf, type Root, rootOf, type Shared } from './places';

/** Bindings with a dynamic offset that every WebGPU device has in one dispatch. */
const MAX_MOVING = 4;

export interface Expanded {
  /** Groups without loops as hosts; `loops` says which they are in. */
  readonly groups: readonly Group[];
  /** Results of all bodies. */
  readonly results: readonly Tensor[];
}

/** Expands every loop, inner ones too, and notes in `shared` where their parts lie. */
export function expandLoops(groups: readonly Group[], shared: Map<string, Root>): Expanded {
  const context: LoopContext = { shared, results: [], tables: new Map() };
  return { groups: expandAll(groups, context), results: context.results };
}

function expandAll(groups: readonly Group[], context: LoopContext): readonly Group[] {
  return groups.flatMap((group) => {
    const lowering = group.host?.op.lowering;
    if (group.host === undefined || lowering?.kind !== 'loop') return [group];
    return expand(group, group.host, lowering.loop(group.host.attrs), context);
  });
}

function liveParts({ body }: Loop, { outputs }: Group): Live {
  const count = body.carries.length;
  const read = new Set(outputs.map(({ index }) => index));
  const readFrom = (first: number, tensors: readonly Tensor[]) =>
    tensors.flatMap((_, i) => (read.has(first + i) ? [i] : []));
  const finals = readFrom(0, body.carries);
  const stacks = readFrom(count, body.carries);
  const rows = readFrom(2 * count, body.rows);
  let live = new Set([...finals, ...stacks]);
  for (;;) {
    // A carry is live also when the next value of a live one depends on it.
    const needed = [...live].map((i) => body.next[i]).concat(rows.map((i) => body.rows[i]));
    const nodes = new Set(reachableNodes(needed.filter((t) => t !== undefined)));
    const found = body.carries.flatMap(({ node }, i) =>
      nodes.has(node) || live.has(i) ? [i] : [],
    );
    if (found.length === live.size) return { finals, stacks, rows, carries: found };
    live = new Set(found);
  }
}

function expand(group: Group, host: Node, loop: Loop, context: LoopContext): readonly Group[] {
  const live = liveParts(loop, group);
  // Moving bindings are scarce: parts of a group that has too many of them go by kernels instead.
  const byKernel = new Set<string>();
  for (;;) {
    const lowered = new LoopLowerer(group, host, loop, live, context, byKernel).lower();
    const crowded = lowered.body
      .map((g) => movingParts(g, lowered.shared))
      .find((parts) => parts.length > MAX_MOVING);
    if (crowded !== undefined) {
      const names = crowded.map((tensor) => lowered.parts.get(tensorKey(rootOf(tensor).tensor)));
      const name = names.find((part) => part !== undefined);
      byKernel.add(defined(name, 'a part to take by a kernel'));
      continue;
    }
    for (const [key, root] of lowered.local) context.shared.set(key, root);
    context.results.push(...lowered.results);
    return [...lowered.before, ...expandAll(lowered.body, context), ...lowered.after];
  }
}

/** Bindings with a dynamic offset of a group's dispatches. */
function movingParts({ host, inputs, outputs }: Group, shared: Shared): readonly Tensor[] {
  if (host?.op.lowering.kind === 'loop') return [];
  return [...inputs, ...outputs].filter((tensor) => placeOf(tensor, shared).moving.length > 0);
}
