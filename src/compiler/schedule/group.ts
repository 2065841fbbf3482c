/** Nodes that one step computes together, and which of their values go through memory. */
import type { Dim } from '../../core/dim';
import type { TensorType } from '../../core/shape';
import { tensorKey } from '../../graph/node';
import type { Node, Tensor } from '../../graph/op';

/** Nodes that are fused. */
export interface FusedNodes {
  /** A node with a kernel of its own; undefined for purely elementwise nodes. */
  readonly host: Node | undefined;
  /** Elementwise nodes, in order. */
  readonly chain: readonly Node[];
}

/** Fused nodes, what they read and write, and where they run. */
export interface Group extends FusedNodes {
  /** Values read from memory, each once. */
  readonly inputs: readonly Tensor[];
  /** Values written: those that others read, and those that the kernels store in any case. */
  readonly outputs: readonly Tensor[];
  /** Loops around it, from the outermost. */
  readonly loops: readonly LoopFrame[];
}

/** A loop that groups are repeated in; compared by identity. */
export interface LoopFrame {
  readonly length: Dim;
  /**
   * Buffers of carries, and stacked outputs: they hold their values from one iteration to the next.
   */
  readonly persistent: readonly Tensor[];
}

/** The host, if there is one, and the chain. */
export function groupNodes({ host, chain }: FusedNodes): readonly Node[] {
  return host === undefined ? chain : [host, ...chain];
}

/**
 * What the group's dispatches read from memory. The host reads all of its inputs there, even those
 * that the group computes itself; the chain reads what neither it nor output 0 of the host
 * provides.
 */
export function memoryReads({ host, chain }: FusedNodes): readonly Tensor[] {
  const provided = new Set(groupNodes({ host, chain }).map((node) => `${node.id}.0`));
  const byChain = chain.flatMap(({ inputs }) => inputs.filter((t) => !provided.has(tensorKey(t))));
  return [...(host?.inputs ?? []), ...unique(byChain)];
}

/**
 * The tensors that a dispatch of the group binds, scratch values aside. What the host reads twice,
 * or what host and chain both read, is bound twice; what the host updates in place is bound as its
 * output alone.
 */
export function boundTensors(group: Group): readonly Tensor[] {
  const { host } = group;
  const lowering = host?.op.lowering;
  const updates = lowering?.kind === 'kernel' ? lowering.inPlace?.(host?.attrs ?? {}) : undefined;
  const replaced = new Set(updates?.values());
  const reads = memoryReads(group).filter((_, i) => !replaced.has(i));
  return [...reads, ...group.outputs];
}

/** Types of the values that exist only between the kernel calls of a host. */
export function scratchTypes(host: Node | undefined): readonly TensorType[] {
  const lowering = host?.op.lowering;
  if (host === undefined || lowering?.kind !== 'kernel') return [];
  return lowering.scratch?.(host) ?? [];
}

/** Each tensor once. */
export function unique(tensors: readonly Tensor[]): readonly Tensor[] {
  return [...new Map(tensors.map((tensor) => [tensorKey(tensor), tensor])).values()];
}
