/**
 * What hides keys, as attention takes it, and the rule for models that hide them by lengths and causality
 * alone: such a model carries none of the code for masks and biases.
 */
import type { PairAxes, PairAxis } from '../../../shaders/attention/spec';
import type { Dim } from '../../core/dim';
import type { Tensor } from '../../graph/op';
import type { OptionalInputs } from './attrs';

export interface PairSizes {
  readonly batch: Dim;
  readonly heads: number;
  readonly queries: Dim;
  readonly keys: Dim;
}

/** What a caller may give; see AttentionOptions. */
export interface GivenMasks {
  readonly causal?: boolean | undefined;
  readonly keyLengths?: Tensor | undefined;
  readonly keyPadding?: Tensor | undefined;
  readonly mask?: Tensor | undefined;
  readonly bias?: Tensor | undefined;
  readonly queryOffset?: Tensor | undefined;
}

/** What the op takes: mask and bias have four axes. */
export type Masks = Omit<OptionalInputs<Tensor>, 'key'> & { readonly causal: boolean };

/** Makes the op's inputs of what a caller gives: at most `room` of them. */
export type MaskRule = (given: GivenMasks, sizes: PairSizes, room: number) => Masks;

/** Lengths and causality, which every packing has room for; the caller gives neither mask nor bias. */
export const lengthsAlone: MaskRule = ({ causal = false, keyLengths, queryOffset }) => ({
  causal,
  lengths: keyLengths,
  mask: undefined,
  bias: undefined,
  offset: causal ? queryOffset : undefined,
});

/** The attributes that say which of them there are. */
export function maskAttrs({ causal, lengths, mask, bias, offset }: Masks) {
  return {
    causal,
    lengths: lengths !== undefined,
    mask: axesOf(mask),
    bias: axesOf(bias),
    offset: offset !== undefined,
  };
}

/** The axes of [B or 1, H or 1, T or 1, S] that are not 1. */
function axesOf(pairs: Tensor | undefined): PairAxes {
  if (pairs === undefined) return false;
  const names: readonly PairAxis[] = ['batch', 'heads', 'queries'];
  return names.filter((_, axis) => pairs.shape[axis] !== 1);
}
