/**
 * Where values lie: an alias, a packed value, a row of a sequence or the carry of a loop has no storage of its
 * own. It refers to a part of another tensor's storage, which may be another part in each iteration.
 */
import type { Dim } from '../../core/dim';
import { tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import type { LoopFrame } from '../schedule/group';

/** In iteration i of the loop the reference is to `start + i * advance` elements further. */
export interface LoopStride {
  readonly frame: LoopFrame;
  readonly start: Dim;
  readonly advance: Dim;
}

/** In odd iterations the reference is to the other tensor: a carry is read in one and written in the other. */
export interface DoubleBuffer {
  readonly frame: LoopFrame;
  readonly other: Tensor;
}

/** A part of another tensor's storage, from an element on. */
export interface StorageReference {
  readonly tensor: Tensor;
  readonly offset: number;
  readonly strides?: readonly LoopStride[];
  readonly doubleBuffer?: DoubleBuffer;
}

/** What must lie in the storage of another tensor, by tensorKey. */
export type StorageReferences = ReadonlyMap<string, StorageReference>;

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

/** Follows aliases and sharing to the owner of the storage. */
export function resolveStorage(
  tensor: Tensor,
  references: StorageReferences,
): StorageReference & { readonly strides: readonly LoopStride[] } {
  let { tensor: owner, offset } = resolveAlias(tensor);
  let doubleBuffer: DoubleBuffer | undefined;
  const strides: LoopStride[] = [];
  for (;;) {
    const host = references.get(tensorKey(owner));
    if (host === undefined) {
      return {
        tensor: owner,
        offset,
        strides,
        ...(doubleBuffer === undefined ? {} : { doubleBuffer }),
      };
    }
    const next = resolveAlias(host.tensor);
    offset += host.offset + next.offset;
    strides.push(...(host.strides ?? []));
    doubleBuffer ??= host.doubleBuffer;
    owner = next.tensor;
  }
}

/** The tensor that a view or a loop's stand-in for something outside shows. */
export function shownBy(tensor: Tensor, references: StorageReferences): Tensor {
  let owner = resolveAlias(tensor).tensor;
  for (;;) {
    const host = references.get(tensorKey(owner));
    if (host === undefined || owner.node.op.lowering.kind !== 'source') return owner;
    owner = resolveAlias(host.tensor).tensor;
  }
}

/** The tensor itself and those it lies in, up to the owner, by key. */
export function placedIn(tensor: Tensor, references: StorageReferences): readonly string[] {
  const keys: string[] = [];
  let owner = resolveAlias(tensor).tensor;
  for (;;) {
    keys.push(tensorKey(owner));
    const host = references.get(tensorKey(owner));
    if (host === undefined) return keys;
    owner = resolveAlias(host.tensor).tensor;
  }
}

/** Key of the tensor that owns the storage a value lies in (in even iterations, for a carry). */
export function storageKey(tensor: Tensor, references: StorageReferences): string {
  return tensorKey(resolveStorage(tensor, references).tensor);
}

/** The owner, or both owners of a carry. */
export function storageOwners(tensor: Tensor, references: StorageReferences): readonly Tensor[] {
  const { tensor: owner, doubleBuffer } = resolveStorage(tensor, references);
  return doubleBuffer === undefined ? [owner] : [owner, doubleBuffer.other];
}
