/** Storage references of a loop's tensors, as the passes over the loop decide them one by one. */
import { assert } from '../../core/errors';
import { inheritName } from '../../graph/names';
import { tensorKey } from '../../graph/node';
import type { Tensor } from '../../graph/op';
import { inputTensor } from '../../graph/source';
import type { StorageReference, StorageReferences } from '../memory/references';

/** A part of a loop that is bound in place if possible; else copied, gathered or scattered. */
export type PartName =
  `${'constant' | 'sequence' | 'stack' | 'first row of stack' | 'row'} ${number}`;

/** A tensor and the storage that it refers to. */
export interface Placement {
  readonly tensor: Tensor;
  readonly reference: StorageReference;
  /** The part of the loop that is bound in place by this reference. */
  readonly part?: PartName;
}

/** The placement of a tensor at the start of another one's storage. */
export function placeIn(tensor: Tensor, storage: Tensor): Placement {
  return { tensor, reference: { tensor: storage, offset: 0 } };
}

/**
 * A placeholder for a tensor from outside of the loop. It has no inputs, so that fusion of the loop's
 * nodes does not reach those outside.
 */
export function placeholderFor(tensor: Tensor): Placement {
  const { dtype, shape } = tensor;
  const placeholder = inputTensor('outside', { dtype, shape });
  inheritName(placeholder.node, tensor.node);
  return placeIn(placeholder, tensor);
}

/** Joins what the passes decided. */
export function joinPlacements(placements: readonly Placement[]): StorageReferences {
  const references = new Map<string, StorageReference>();
  for (const { tensor, reference } of placements) {
    assert(!references.has(tensorKey(tensor)), `${tensor.node.op.name} is placed twice`);
    references.set(tensorKey(tensor), reference);
  }
  return references;
}
