/** The order of groups: inputs first, and readers of a value before the kernel that overwrites it. */
import { tensorKey } from '../../graph/node';
import type { Node } from '../../graph/op';
import { resolveAlias } from '../memory/references';
import { type Draft, members } from './group';

/** The groups that each group comes after. */
type Edges = Map<Draft, Set<Draft>>;

/** Topological order of groups; where free, by the last member, so that values are made late. */
export function order(
  groups: readonly Draft[],
  drafts: ReadonlyMap<number, Draft>,
): readonly Draft[] {
  const before = dependencies(groups, drafts);
  sparingCopies(groups, before);
  const sorted: Draft[] = [];
  const done = new Set<Draft>();
  const visit = (draft: Draft): void => {
    if (done.has(draft)) return;
    done.add(draft);
    [...(before.get(draft) ?? [])].sort(byLast).forEach(visit);
    sorted.push(draft);
  };
  [...groups].sort(byLast).forEach(visit);
  return sorted;
}

function byLast(a: Draft, b: Draft): number {
  const last = (draft: Draft) => Math.max(...members(draft).map((node) => node.id));
  return last(a) - last(b);
}

/** What each group reads from others, through nodes that are in no group. */
function dependencies(groups: readonly Draft[], drafts: ReadonlyMap<number, Draft>): Edges {
  return new Map(
    groups.map((draft) => {
      const needed = new Set<Draft>();
      const seen = new Set<number>();
      const walk = (node: Node): void => {
        if (seen.has(node.id)) return;
        seen.add(node.id);
        const group = drafts.get(node.id);
        if (group !== undefined && group !== draft) needed.add(group);
        else for (const tensor of node.inputs) walk(tensor.node);
      };
      members(draft).forEach(walk);
      return [draft, needed];
    }),
  );
}

/** Puts a kernel that overwrites a value after the value's other readers that do not need it. */
function sparingCopies(groups: readonly Draft[], before: Edges): void {
  for (const writer of groups) {
    const overwritten = new Set(overwrittenBy(writer));
    if (overwritten.size === 0) continue;
    const readers = groups.filter(
      (group) => group !== writer && readsOf(group).some((key) => overwritten.has(key)),
    );
    const later = readers.length === 0 ? new Set<Draft>() : dependents(writer, before);
    const earlier = before.get(writer);
    for (const reader of readers) {
      if (!later.has(reader)) earlier?.add(reader);
    }
  }
}

function overwrittenBy({ host }: Draft): readonly string[] {
  if (host?.op.lowering.kind !== 'kernel') return [];
  const origins = host.op.lowering.inPlace?.(host.attrs) ?? new Map<number, number>();
  return [...origins.values()].flatMap((from) => {
    const tensor = host.inputs[from];
    return tensor === undefined ? [] : [tensorKey(resolveAlias(tensor).tensor)];
  });
}

function readsOf(group: Draft): readonly string[] {
  return members(group).flatMap((node) =>
    node.inputs.map((t) => tensorKey(resolveAlias(t).tensor)),
  );
}

/** All groups that come after one. */
function dependents(draft: Draft, before: Edges): ReadonlySet<Draft> {
  const after = new Map<Draft, Draft[]>();
  for (const [later, earlier] of before) {
    for (const group of earlier) after.set(group, [...(after.get(group) ?? []), later]);
  }
  const found = new Set<Draft>();
  const stack = [draft];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    for (const later of after.get(next) ?? []) {
      if (found.has(later)) continue;
      found.add(later);
      stack.push(later);
    }
  }
  return found;
}
