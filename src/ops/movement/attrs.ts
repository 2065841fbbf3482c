/** The attributes of this folder's ops, which op and reference share. */
import type { Dim } from '../../core/dim';
import type { Shape } from '../../core/shape';

export type BroadcastAttrs = { readonly shape: Shape };

export type OneHotAttrs = { readonly classes: Dim };

export type RemapAttrs = {
  /** Result axis i reads the source axis permutation[i] at (index * step + start) / spread. */
  readonly permutation: readonly number[];
  /** For each result axis. Positions outside the source are allowed. */
  readonly starts: Shape;
  readonly shape: Shape;
  /** The value for positions outside the source, and for those that the spread does not divide. */
  readonly value: number;
  /** For each result axis, not 0; a negative step reads backwards. 1 by default. */
  readonly steps?: readonly number[];
  /** For each result axis, positive; 1 by default. */
  readonly spreads?: readonly number[];
};
