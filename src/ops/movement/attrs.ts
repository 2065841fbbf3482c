/** The attributes of this folder's ops, which op and reference share. */
import type { Dim } from '../../core/dim';
import type { Shape } from '../../core/shape';

export type BroadcastAttrs = { readonly shape: Shape };

export type OneHotAttrs = { readonly classes: Dim };

export type RemapAttrs = {
  /** Result axis i reads source axis permutation[i] at (index * step + start) / spread. */
  readonly permutation: readonly number[];
  /** Of each result axis; what they lead to may be outside. */
  readonly starts: Shape;
  readonly shape: Shape;
  /** What is read outside the source, and where the division leaves a rest. */
  readonly value: number;
  /** Of each result axis, not 0; a negative one reads backwards. 1 when left out. */
  readonly steps?: readonly number[];
  /** Of each result axis, positive; 1 when left out. */
  readonly spreads?: readonly number[];
};
