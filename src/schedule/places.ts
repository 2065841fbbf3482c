/**
 * Where values lie: an alias, a packed value, a row of a sequence or a loop's carry has no storage of
 * its own but a place in that of another tensor, its owner. In a loop a place may move.
 */
import { tensorKey } from '../graph/node';
import type { Moving, Root, Shared, Tensor, Turn } from '../graph/op';

/** Follows aliases (views, reshapes) to the tensor that they are part of. */
export function rootOf(tensor: Tensor): Root {
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
export function placeOf(
  tensor: Tensor,
  shared: Shared,
): Root & { readonly moving: readonly Moving[] } {
  let { tensor: owner, offset } = rootOf(tensor);
  let turn: Turn | undefined;
  const moving: Moving[] = [];
  for (;;) {
    const host = shared.get(tensorKey(owner));
    if (host === undefined) {
      return { tensor: owner, offset, moving, ...(turn === undefined ? {} : { turn }) };
    }
    const next = rootOf(host.tensor);
    offset += host.offset + next.offset;
    moving.push(...(host.moving ?? []));
    turn ??= host.turn;
    owner = next.tensor;
  }
}

/** The tensor that a view or a loop's stand-in for something outside shows. */
export function shownBy(tensor: Tensor, shared: Shared): Tensor {
  let owner = rootOf(tensor).tensor;
  for (;;) {
    const host = shared.get(tensorKey(owner));
    if (host === undefined || owner.node.op.lowering.kind !== 'source') return owner;
    owner = rootOf(host.tensor).tensor;
  }
}

/** The tensor itself and those it lies in, up to the owner, by key. */
export function placedIn(tensor: Tensor, shared: Shared): readonly string[] {
  const keys: string[] = [];
  let owner = rootOf(tensor).tensor;
  for (;;) {
    keys.push(tensorKey(owner));
    const host = shared.get(tensorKey(owner));
    if (host === undefined) return keys;
    owner = rootOf(host.tensor).tensor;
  }
}

/** Key of the tensor that owns the storage a value lies in (in even iterations, for a carry). */
export function ownerKey(tensor: Tensor, shared: Shared): string {
  return tensorKey(placeOf(tensor, shared).tensor);
}

/** The owner, or both owners of a carry. */
export function ownersOf(tensor: Tensor, shared: Shared): readonly Tensor[] {
  const { tensor: owner, turn } = placeOf(tensor, shared);
  return turn === undefined ? [owner] : [owner, turn.other];
}
