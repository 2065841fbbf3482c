/** A group of nodes that one step computes, finished or in the making, and what of it goes through memory. */
import type { Dim } from '../../core/dim';
import type { TensorType } from '../../core/shape';
import { tensorKey } from '../../graph/node';
import type { Node, Tensor } from '../../graph/op';

/** Nodes computed by one step. */
export interface Group {
  /** A node with a kernel of its own; undefined for a purely elementwise group. */
  readonly host: Node | undefined;
  /** Elementwise nodes, in order. */
  readonly chain: readonly Node[];
  /** Values read from outside, each once. */
  readonly inputs: readonly Tensor[];
  /** Values written: those that others read, and what the kernels store in any case. */
  readonly outputs: readonly Tensor[];
  /** Loops that it is in, from the outermost. */
  readonly loops: readonly LoopFrame[];
}

/** A loop that groups are in; compared by identity. */
export interface LoopFrame {
  readonly length: Dim;
  /** Buffers of carries, and stacked outputs: they hold their values from one iteration to the next. */
  readonly persistent: readonly Tensor[];
}

interface Members {
  readonly host: Node | undefined;
  readonly chain: readonly Node[];
}

export interface Draft {
  host: Node | undefined;
  chain: Node[];
}

/** The nodes of a group. */
export function members({ host, chain }: Members): readonly Node[] {
  return host === undefined ? chain : [host, ...chain];
}

/**
 * What the group's dispatches read from memory: all that the host reads, whoever computes it, and of
 * what the chain reads the values that neither the host's first output nor the chain gives it.
 */
export function memoryReads({ host, chain }: Members): readonly Tensor[] {
  const given = new Set(members({ host, chain }).map((node) => `${node.id}.0`));
  const byChain = chain.flatMap(({ inputs }) => inputs.filter((t) => !given.has(tensorKey(t))));
  return [...(host?.inputs ?? []), ...unique(byChain)];
}

/**
 * The tensors that a dispatch of the group binds, scratch aside: what the host reads twice, or reads
 * beside the chain, is bound twice; what it updates in place is bound as its output alone.
 */
export function boundTensors(group: Group): readonly Tensor[] {
  const { host } = group;
  const lowering = host?.op.lowering;
  const updates = lowering?.kind === 'kernel' ? lowering.inPlace?.(host?.attrs ?? {}) : undefined;
  const replaced = new Set(updates?.values());
  const reads = memoryReads(group).filter((_, i) => !replaced.has(i));
  return [...reads, ...group.outputs];
}

/** Types of the values that live only within the calls of a host. */
export function scratchTypes(host: Node | undefined): readonly TensorType[] {
  const lowering = host?.op.lowering;
  if (host === undefined || lowering?.kind !== 'kernel') return [];
  return lowering.scratch?.(host) ?? [];
}

/** Each tensor once. */
export function unique(tensors: readonly Tensor[]): readonly Tensor[] {
  return [...new Map(tensors.map((tensor) => [tensorKey(tensor), tensor])).values()];
}
