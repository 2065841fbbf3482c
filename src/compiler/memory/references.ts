/**
 * Where values lie: a view, a part of a pack, a row of a sequence or a carry of a loop has no
 * storage of its own. It refers to a part of another tensor's storage, which may be another part in
 * each iteration.
 */
import type { Dim } from '../../core/dim';
import { tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import { sourceOf } from '../../graph/source';
import type { Group, LoopFrame } from '../schedule/group';

/** In iteration i of the loop the offset is larger by `start + i * advance` elements. */
export interface LoopStride {
  readonly frame: LoopFrame;
  readonly start: Dim;
  readonly advance: Dim;
}

/**
 * In odd iterations the reference is to the other tensor: a carry is read from one and written to
 * the other.
 */
export interface DoubleBuffer {
  readonly frame: LoopFrame;
  readonly other: Tensor;
}

/** A part of another tensor's storage, from an element offset on. */
export interface StorageReference {
  readonly tensor: Tensor;
  readonly offset: number;
  readonly strides?: readonly LoopStride[];
  readonly doubleBuffer?: DoubleBuffer;
}

/** The references of all tensors that lie in the storage of another one, by tensorKey. */
export type StorageReferences = ReadonlyMap<string, StorageReference>;

/** Groups in execution order, and the references of their values. */
export interface PlacedGroups {
  readonly groups: readonly Group[];
  readonly references: StorageReferences;
}

/** Follows aliases (views, reshapes) to the tensor that they are part of. */
export function resolveAlias(tensor: Tensor): StorageReference {
  let [owner, offset] = [tensor, 0];
  for (;;) {
    const { lowering } = owner.node.op;
    const [source] = owner.node.inputs;
    if (lowering.kind !== 'alias' || source === undefined) return { tensor: owner, offset };
    offset += lowering.offset(owner.node.attrs);
    owner = source;
  }
}

/** Whether a tensor is an input, state or constant, or a view of one. */
export function isSource(tensor: Tensor): boolean {
  return sourceOf(resolveAlias(tensor).tensor.node) !== undefined;
}

/** Follows aliases and references to the tensor that owns the storage. */
export function resolveStorage(
  tensor: Tensor,
  references: StorageReferences,
): StorageReference & { readonly strides: readonly LoopStride[] } {
  let { tensor: owner, offset } = resolveAlias(tensor);
  let doubleBuffer: DoubleBuffer | undefined;
  const strides: LoopStride[] = [];
  for (;;) {
    const reference = references.get(tensorKey(owner));
    if (reference === undefined) {
      return {
        tensor: owner,
        offset,
        strides,
        ...(doubleBuffer === undefined ? {} : { doubleBuffer }),
      };
    }
    const next = resolveAlias(reference.tensor);
    offset += reference.offset + next.offset;
    strides.push(...(reference.strides ?? []));
    doubleBuffer ??= reference.doubleBuffer;
    owner = next.tensor;
  }
}

/** Follows aliases, and placeholders of loops, to the tensor whose value they show. */
export function resolvePlaceholder(tensor: Tensor, references: StorageReferences): Tensor {
  let found = resolveAlias(tensor).tensor;
  for (;;) {
    const reference = references.get(tensorKey(found));
    if (reference === undefined || found.node.op.lowering.kind !== 'source') return found;
    found = resolveAlias(reference.tensor).tensor;
  }
}

/** Keys of the tensor and of those that it lies in, the owner of the storage last. */
export function storageChain(tensor: Tensor, references: StorageReferences): readonly string[] {
  const keys: string[] = [];
  let owner = resolveAlias(tensor).tensor;
  for (;;) {
    keys.push(tensorKey(owner));
    const reference = references.get(tensorKey(owner));
    if (reference === undefined) return keys;
    owner = resolveAlias(reference.tensor).tensor;
  }
}

/** Key of the owner of the storage; for a carry, of the one in even iterations. */
export function storageKey(tensor: Tensor, references: StorageReferences): string {
  return tensorKey(resolveStorage(tensor, references).tensor);
}

/** The owner of the storage, or both owners for a carry. */
export function storageOwners(tensor: Tensor, references: StorageReferences): readonly Tensor[] {
  const { tensor: owner, doubleBuffer } = resolveStorage(tensor, references);
  return doubleBuffer === undefined ? [owner] : [owner, doubleBuffer.other];
}
