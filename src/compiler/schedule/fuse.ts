/**
 * Fusion: elementwise nodes of one shape join into groups, led by at most one host kernel whose
 * epilogue they become. A member that others read is written out as well. No group may come to
 * depend on itself, and none needs more storage bindings than WebGPU promises.
 */
import { shapesEqual } from '../../core/shape';
import { reachableNodes, tensorKey } from '../../graph/node';
import type { Node, Tensor } from '../../graph/op';
import { STORAGE_BINDINGS } from '../../graph/target';
import type { Group, LoopFrame } from './group';
import { boundTensors, type Draft, members, memoryReads, scratchTypes, unique } from './group';
import { order } from './order';

/**
 * Groups in execution order. Sources, aliases and packs need no step and are in no group.
 * @param loops that the results are computed in
 */
export function fuse(
  results: readonly Tensor[],
  loops: readonly LoopFrame[] = [],
): readonly Group[] {
  const nodes = reachableNodes(results);
  const drafts = new Map<number, Draft>();
  const readers = readersOf(nodes);
  const escapes = new Set(results.map(tensorKey));
  for (const node of nodes) {
    const { kind } = node.op.lowering;
    if (kind === 'kernel' || kind === 'loop') drafts.set(node.id, { host: node, chain: [] });
    if (kind !== 'elementwise') continue;
    if (!isLiteral(node)) join(node, drafts, readers, escapes);
    else if (isMaterialised(node, readers, escapes)) {
      drafts.set(node.id, { host: undefined, chain: [node] });
    }
  }
  const unique = [...new Set(drafts.values())];
  return order(unique, drafts).map((draft) => ({ ...finish(draft, readers, escapes), loops }));
}

type Readers = ReadonlyMap<string, readonly Node[]>;

function readersOf(nodes: readonly Node[]): Readers {
  const readers = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const tensor of node.inputs) {
      const key = tensorKey(tensor);
      const list = readers.get(key);
      if (list === undefined) readers.set(key, [node]);
      else list.push(node);
    }
  }
  return readers;
}

/** Elementwise without inputs: cheaper to compute again in every group than to store and read. */
function isLiteral(node: Node): boolean {
  return node.op.lowering.kind === 'elementwise' && node.inputs.length === 0;
}

/** Whether a literal must be in memory: as a result, or for a reader that cannot compute it. */
function isMaterialised(node: Node, readers: Readers, escapes: ReadonlySet<string>): boolean {
  const key = `${node.id}.0`;
  return escapes.has(key) || (readers.get(key) ?? []).some((reader) => !inlines(reader, node));
}

function inlines(reader: Node, literal: Node): boolean {
  const [own, its] = [reader.types[0], literal.types[0]];
  if (own === undefined || its === undefined) return false;
  return reader.op.lowering.kind === 'elementwise' && shapesEqual(own.shape, its.shape);
}

/** Puts an elementwise node into the groups of its inputs where it fits, else into a new one. */
function join(
  node: Node,
  drafts: Map<number, Draft>,
  readers: Readers,
  escapes: ReadonlySet<string>,
): void {
  const literals = node.inputs.map((t) => t.node).filter((n) => isLiteral(n) && inlines(node, n));
  let draft: Draft = { host: undefined, chain: [...new Set(literals), node] };
  drafts.set(node.id, draft);
  for (const tensor of node.inputs) {
    const producer = drafts.get(tensor.node.id);
    if (producer === undefined || producer === draft || isLiteral(tensor.node)) continue;
    if (!canCarry(tensor, node) || (producer.host && draft.host)) continue;
    const merged = merge(producer, draft);
    if (merged.host !== undefined && !fitsEpilogue(merged.chain)) continue;
    if (bindingCount(merged, readers, escapes) > STORAGE_BINDINGS) continue;
    if (dependsOnItself(merged, drafts)) continue;
    draft = merged;
    for (const member of members(merged)) {
      if (!isLiteral(member)) drafts.set(member.id, merged);
    }
  }
}

/** Whether the tensor reaches the node element by element, from a producer that allows it. */
function canCarry(tensor: Tensor, node: Node): boolean {
  const type = node.types[0];
  if (type === undefined || !shapesEqual(tensor.shape, type.shape)) return false;
  const { lowering } = tensor.node.op;
  if (lowering.kind === 'elementwise') return true;
  return lowering.kind === 'kernel' && lowering.epilogue === true && tensor.index === 0;
}

/** Characters of WGSL functions that an epilogue may call: GELU with two dropouts takes 1,400. */
const EPILOGUE_SIZE = 2000;

/**
 * Whether a host may take the chain as its epilogue. A host spells out its epilogue up to 64 times and
 * compilers inline every call, so that long functions, and those that branch or loop, take some of them
 * minutes and gigabytes. Such a chain gets a kernel of its own, which spells it out once.
 */
function fitsEpilogue(chain: readonly Node[]): boolean {
  const text = chain
    .flatMap(({ op: { lowering } }) =>
      lowering.kind === 'elementwise' ? (lowering.functions ?? []) : [],
    )
    .join('\n');
  return text.length <= EPILOGUE_SIZE && !/\b(if|for|while|loop|switch)\b/.test(text);
}

function merge(a: Draft, b: Draft): Draft {
  const chain = [...new Set([...a.chain, ...b.chain])].sort((x, y) => x.id - y.id);
  return { host: a.host ?? b.host, chain };
}

/** Storage bindings of the group's largest dispatch, at most. */
function bindingCount(draft: Draft, readers: Readers, escapes: ReadonlySet<string>): number {
  return boundTensors(finish(draft, readers, escapes)).length + scratchTypes(draft.host).length;
}

/**
 * Whether something that the group reads from memory needs, directly or not, a member of the group:
 * also a value of its own that reaches its reader through memory alone, as all that a host reads.
 */
function dependsOnItself(draft: Draft, drafts: ReadonlyMap<number, Draft>): boolean {
  // Literals need nothing, and each group computes its own.
  const own = members(draft).filter((node) => !isLiteral(node));
  const inside = new Set(own.map((node) => node.id));
  const first = Math.min(...inside);
  const seen = new Set<number>();
  const stack = memoryReads(draft).map((tensor) => tensor.node);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (inside.has(node.id)) return true;
    if (seen.has(node.id)) continue;
    // A group runs as one: needing one member means needing what all of them need.
    const group = drafts.get(node.id);
    const together = group === undefined ? [node] : members(group);
    for (const member of together) {
      seen.add(member.id);
      if (Math.max(member.id, ...together.map((n) => n.id)) < first) continue;
      stack.push(...member.inputs.map((tensor) => tensor.node));
    }
  }
  return false;
}

/** Whether the kernels of a group store an output of its host even if nothing reads it. */
function isStored({ host, chain }: Draft, { node, index }: Tensor): boolean {
  const { lowering } = node.op;
  if (node !== host || lowering.kind !== 'kernel') return false;
  const isReplaced = index === 0 && chain.length > 0;
  return !isReplaced && lowering.optional?.(node.attrs).includes(index) !== true;
}

function finish(draft: Draft, readers: Readers, escapes: ReadonlySet<string>): Group {
  const inside = new Set(members(draft));
  const isRead = (key: string) =>
    escapes.has(key) || (readers.get(key) ?? []).some((reader) => !inside.has(reader));
  const alone = members(draft).length === 1;
  const outputs = members(draft).flatMap((node) =>
    node.types
      .map((type, index): Tensor => ({ node, index, ...type }))
      .filter((tensor) => isRead(tensorKey(tensor)) || isStored(draft, tensor))
      .filter(() => alone || !isLiteral(node)),
  );
  return {
    host: draft.host,
    chain: draft.chain,
    inputs: unique(memoryReads(draft)),
    outputs,
    loops: [],
  };
}

/** A group that copies a value. */
export function copyGroup(source: Tensor, result: Tensor, loops: readonly LoopFrame[]): Group {
  return { host: undefined, chain: [result.node], inputs: [source], outputs: [result], loops };
}
