/**
 * Puts a loop's body in line: which of its parts are needed, and which of those a device can bind in
 * place; the groups themselves are made in expandBody.ts.
 */
import { defined } from '../../core/errors';
import { reachableNodes, tensorKey } from '../../graph/node';
import type { Loop, Node, Tensor } from '../../graph/op';
import { DYNAMIC_BINDINGS } from '../../graph/target';
import type { StorageReferences } from '../memory/references';
import { resolveAlias, resolveStorage } from '../memory/references';
import type { Group } from '../schedule/group';
import { boundTensors } from '../schedule/group';
import { type Live, type LoopContext, LoopLowerer } from './expandBody';

export type { LoopContext } from './expandBody';

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

/** Expands one loop: its groups, between those that set the carries up and those that take the results out. */
export function expandLoop(
  group: Group,
  host: Node,
  loop: Loop,
  context: LoopContext,
): readonly Group[] {
  const live = liveParts(loop, group);
  // LoopStride bindings are scarce: parts of a group that has too many of them go by kernels instead.
  const byKernel = new Set<string>();
  for (;;) {
    const lowered = new LoopLowerer(group, host, loop, live, context, byKernel).lower();
    const crowded = lowered.body
      .map((g) => movingParts(g, lowered.references))
      .find((parts) => parts.length > DYNAMIC_BINDINGS);
    if (crowded !== undefined) {
      const names = crowded.map((tensor) =>
        lowered.parts.get(tensorKey(resolveAlias(tensor).tensor)),
      );
      const name = names.find((part) => part !== undefined);
      byKernel.add(defined(name, 'a part to take by a kernel'));
      continue;
    }
    for (const [key, root] of lowered.local) context.references.set(key, root);
    context.results.push(...lowered.results);
    return [...lowered.before, ...lowered.body, ...lowered.after];
  }
}

/** Bindings with a dynamic offset of a group's dispatches. */
function movingParts(group: Group, references: StorageReferences): readonly Tensor[] {
  if (group.host?.op.lowering.kind === 'loop') return [];
  return boundTensors(group).filter(
    (tensor) => resolveStorage(tensor, references).strides.length > 0,
  );
}
