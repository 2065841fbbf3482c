/**
 * The inputs that hide keys, and the rule for models that hide them by lengths and causality alone: such a
 * model carries no code for masks and biases.
 */
import type { Offset, PairAxes, PairAxis } from '../../../shaders/attention/spec';
import type { Dim } from '../../core/dim';
import type { Tensor } from '../../graph/op';
import type { OptionalInputs } from './attrs';

export interface PairSizes {
  readonly batch: Dim;
  readonly heads: number;
  readonly queries: Dim;
  readonly keys: Dim;
}

/** The options of a caller that hide keys or bias scores; see AttentionOptions. */
export interface GivenMasks {
  readonly causal?: boolean | undefined;
  readonly keyLengths?: Tensor | undefined;
  readonly keyPadding?: Tensor | undefined;
  readonly mask?: Tensor | undefined;
  readonly bias?: Tensor | undefined;
  readonly queryOffset?: Tensor | undefined;
}

/** The inputs of the op, where mask and bias have four axes. */
export type Masks = Omit<OptionalInputs<Tensor>, 'key'> & { readonly causal: boolean };

/** Turns a caller's options into inputs of the op, at most `room` of them. */
export type MaskRule = (given: GivenMasks, sizes: PairSizes, room: number) => Masks;

/** For options with neither mask nor bias; the kernels have bindings for all others. */
export const lengthsAlone: MaskRule = ({ causal = false, keyLengths, queryOffset }) => ({
  causal,
  lengths: keyLengths,
  mask: undefined,
  bias: undefined,
  offset: causal ? queryOffset : undefined,
});

/** The attributes that tell which of the inputs are present. */
export function maskAttrs({ causal, lengths, mask, bias, offset }: Masks) {
  return {
    causal,
    lengths: lengths !== undefined,
    mask: axesOf(mask),
    bias: axesOf(bias),
    offset: offsetOf(offset),
  };
}

/** A position of size 1 counts for all batch rows. */
function offsetOf(offset: Tensor | undefined): Offset {
  if (offset === undefined) return false;
  return offset.shape[0] === 1 ? 'shared' : 'each';
}

/** The axes of a tensor [B or 1, H or 1, T or 1, S] that are larger than 1. */
function axesOf(pairs: Tensor | undefined): PairAxes {
  if (pairs === undefined) return false;
  const names: readonly PairAxis[] = ['batch', 'heads', 'queries'];
  return names.filter((_, axis) => pairs.shape[axis] !== 1);
}
