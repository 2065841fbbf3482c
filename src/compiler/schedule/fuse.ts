/**
 * Fusion: elementwise nodes of one shape become a group, with at most one host kernel whose
 * epilogue they are. Values that others read are stored as well. No group may come to depend on
 * itself, and none needs more storage bindings than WebGPU promises.
 */
import { shapesEqual } from '../../core/shape';
import { reachableNodes, tensorKey } from '../../graph/node';
import type { Node, Tensor } from '../../graph/op';
import { STORAGE_BINDINGS } from '../../graph/target';
import type { FusedNodes, Group, LoopFrame } from './group';
import { boundTensors, groupNodes, memoryReads, scratchTypes, unique } from './group';
import { order } from './order';

/** By id of a node: the nodes that it is fused with, itself included. */
type FusedByNode = ReadonlyMap<number, FusedNodes>;

/** Where values are used. */
interface Uses {
  /** The nodes that read a tensor, by its key. */
  readonly readers: ReadonlyMap<string, readonly Node[]>;
  /** Keys of the results. */
  readonly results: ReadonlySet<string>;
}

/**
 * Groups in execution order. Sources, aliases and packs need no step and are in no group.
 * @param loops that the results are computed in
 */
export function fuse(
  results: readonly Tensor[],
  loops: readonly LoopFrame[] = [],
): readonly Group[] {
  const nodes = reachableNodes(results);
  const uses: Uses = { readers: readersOf(nodes), results: new Set(results.map(tensorKey)) };
  const fused = new Map<number, FusedNodes>();
  for (const node of nodes) {
    const found = fuseNode(node, fused, uses);
    if (found === undefined) continue;
    for (const each of groupNodes(found)) {
      // Other groups compute their literals again.
      if (each === node || !isLiteral(each)) fused.set(each.id, found);
    }
  }
  const groups = [...new Set(fused.values())];
  return order(groups, fused).map((group) => ({ ...groupOf(group, uses), loops }));
}

function readersOf(nodes: readonly Node[]): ReadonlyMap<string, readonly Node[]> {
  const readers = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const tensor of node.inputs) {
      const key = tensorKey(tensor);
      const known = readers.get(key) ?? [];
      known.push(node);
      readers.set(key, known);
    }
  }
  return readers;
}

/**
 * The nodes that a node is computed with, as far as they are known; undefined if no step computes
 * it.
 */
function fuseNode(node: Node, fused: FusedByNode, uses: Uses): FusedNodes | undefined {
  const { kind } = node.op.lowering;
  if (kind === 'kernel' || kind === 'loop') return { host: node, chain: [] };
  if (kind !== 'elementwise') return undefined;
  if (!isLiteral(node)) return fuseWithInputs(node, fused, uses);
  return isMaterialised(node, uses) ? { host: undefined, chain: [node] } : undefined;
}

/**
 * An elementwise node without inputs: it is cheaper to compute again in every group than to store
 * and read.
 */
function isLiteral(node: Node): boolean {
  return node.op.lowering.kind === 'elementwise' && node.inputs.length === 0;
}

/** Whether a literal must be in memory: as a result, or for a reader that cannot compute it. */
function isMaterialised(node: Node, { readers, results }: Uses): boolean {
  const key = `${node.id}.0`;
  return results.has(key) || (readers.get(key) ?? []).some((reader) => !inlines(reader, node));
}

function inlines(reader: Node, literal: Node): boolean {
  const [own, its] = [reader.types[0], literal.types[0]];
  if (own === undefined || its === undefined) return false;
  return reader.op.lowering.kind === 'elementwise' && shapesEqual(own.shape, its.shape);
}

/** An elementwise node with its literals and the groups of those inputs that it fits. */
function fuseWithInputs(node: Node, fused: FusedByNode, uses: Uses): FusedNodes {
  const literals = node.inputs.map((t) => t.node).filter((n) => isLiteral(n) && inlines(node, n));
  let group: FusedNodes = { host: undefined, chain: [...new Set(literals), node] };
  for (const tensor of node.inputs) {
    const producer = fused.get(tensor.node.id);
    if (producer === undefined || !isFusible(tensor, node)) continue;
    if (isLiteral(tensor.node) || groupNodes(group).includes(tensor.node)) continue;
    if (producer.host && group.host) continue;
    const merged = merge(producer, group);
    if (merged.host !== undefined && !fitsEpilogue(merged.chain)) continue;
    if (bindingCount(merged, uses) > STORAGE_BINDINGS) continue;
    if (!dependsOnItself(merged, fused)) group = merged;
  }
  return group;
}

/**
 * Whether the node reads the tensor element by element, from a producer that can be fused with its
 * reader.
 */
function isFusible(tensor: Tensor, node: Node): boolean {
  const type = node.types[0];
  if (type === undefined || !shapesEqual(tensor.shape, type.shape)) return false;
  const { lowering } = tensor.node.op;
  if (lowering.kind === 'elementwise') return true;
  return lowering.kind === 'kernel' && lowering.epilogue === true && tensor.index === 0;
}

/** Characters of WGSL functions that an epilogue may call: GELU with two dropouts takes 1,400. */
const EPILOGUE_SIZE = 2000;

/**
 * Whether a chain may be the epilogue of a host. A host contains its epilogue up to 64 times, and
 * compilers inline every call: functions that are long, branch or loop cost some compilers minutes
 * and gigabytes. A chain that calls such functions gets a kernel of its own, which contains it
 * once.
 */
function fitsEpilogue(chain: readonly Node[]): boolean {
  const text = chain
    .flatMap(({ op: { lowering } }) =>
      lowering.kind === 'elementwise' ? (lowering.functions ?? []) : [],
    )
    .join('\n');
  return text.length <= EPILOGUE_SIZE && !/\b(if|for|while|loop|switch)\b/.test(text);
}

function merge(a: FusedNodes, b: FusedNodes): FusedNodes {
  const chain = [...new Set([...a.chain, ...b.chain])].sort((x, y) => x.id - y.id);
  return { host: a.host ?? b.host, chain };
}

/** An upper bound of the storage bindings of the group's dispatches. */
function bindingCount(group: FusedNodes, uses: Uses): number {
  return boundTensors(groupOf(group, uses)).length + scratchTypes(group.host).length;
}

/**
 * Whether something that the group reads from memory needs a node of the group, directly or through
 * others. That may be the group's own value, as the host reads all of its inputs from memory.
 */
function dependsOnItself(group: FusedNodes, fused: FusedByNode): boolean {
  // Literals need nothing, and each group computes its own.
  const own = groupNodes(group).filter((node) => !isLiteral(node));
  const inside = new Set(own.map((node) => node.id));
  const first = Math.min(...inside);
  const seen = new Set<number>();
  const stack = memoryReads(group).map((tensor) => tensor.node);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (inside.has(node.id)) return true;
    if (seen.has(node.id)) continue;
    // A group runs as one: it needs what any of its nodes needs.
    const other = fused.get(node.id);
    const together = other === undefined ? [node] : groupNodes(other);
    for (const each of together) {
      seen.add(each.id);
      if (Math.max(each.id, ...together.map((n) => n.id)) < first) continue;
      stack.push(...each.inputs.map((tensor) => tensor.node));
    }
  }
  return false;
}

/** Whether the kernels of a group store an output of its host even if nothing reads it. */
function isStored({ host, chain }: FusedNodes, { node, index }: Tensor): boolean {
  const { lowering } = node.op;
  if (node !== host || lowering.kind !== 'kernel') return false;
  const isReplaced = index === 0 && chain.length > 0;
  return !isReplaced && lowering.optional?.(node.attrs).includes(index) !== true;
}

/** The group of fused nodes, outside of any loop. */
function groupOf(fused: FusedNodes, { readers, results }: Uses): Group {
  const nodes = groupNodes(fused);
  const inside = new Set(nodes);
  const isRead = (key: string) =>
    results.has(key) || (readers.get(key) ?? []).some((reader) => !inside.has(reader));
  const outputs = nodes.flatMap((node) =>
    node.types
      .map((type, index): Tensor => ({ node, index, ...type }))
      .filter((tensor) => isRead(tensorKey(tensor)) || isStored(fused, tensor))
      .filter(() => nodes.length === 1 || !isLiteral(node)),
  );
  return { ...fused, inputs: unique(memoryReads(fused)), outputs, loops: [] };
}

/** A group that copies a value. */
export function copyGroup(source: Tensor, result: Tensor, loops: readonly LoopFrame[]): Group {
  return { host: undefined, chain: [result.node], inputs: [source], outputs: [result], loops };
}
