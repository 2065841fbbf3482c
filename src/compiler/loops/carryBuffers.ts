/**
 * Double buffers of a loop's carries. Takes the parts of a loop; returns the frame, by which groups
 * refer to the loop, and two buffers for each carry: an iteration reads the carry from one of them
 * and writes its next value to the other, and the next iteration the other way round.
 */
import type { Tensor } from '../../graph/op';
import { copy } from '../../ops/copy/op';
import type { StorageReference } from '../memory/references';
import type { LoopFrame } from '../schedule/group';
import type { Carry, LoopParts } from './loopParts';
import { type Placement, placeholderFor } from './placement';

export interface BufferedCarry extends Carry {
  /** A copy of the initial value in the buffer that the first iteration reads. */
  readonly start: Tensor;
  /** Where an iteration writes the next value. */
  readonly target: StorageReference;
}

export interface CarryBuffers {
  readonly frame: LoopFrame;
  readonly carries: readonly BufferedCarry[];
  readonly placements: readonly Placement[];
}

export function carryBuffers({ carries, outputs, length }: LoopParts): CarryBuffers {
  const buffered = carries.map((carry) => {
    const initial = placeholderFor(carry.initial);
    // Nothing computes the second copy: it only stands for a buffer of the same size.
    return { carry, initial, buffers: [copy(initial.tensor), copy(initial.tensor)] as const };
  });
  const persistent = [...buffered.flatMap(({ buffers }) => buffers), ...outputs];
  const frame: LoopFrame = { length, persistent };
  const reference = (even: Tensor, odd: Tensor): StorageReference => ({
    tensor: even,
    offset: 0,
    doubleBuffer: { frame, other: odd },
  });
  return {
    frame,
    carries: buffered.map(({ carry, buffers: [first, second] }) => ({
      ...carry,
      start: first,
      target: reference(second, first),
    })),
    placements: buffered.flatMap(({ carry, initial, buffers: [first, second] }) => [
      initial,
      { tensor: carry.placeholder, reference: reference(first, second) },
    ]),
  };
}
