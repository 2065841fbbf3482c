/** The attributes of this folder's op, which op and reference share. */

export type RotaryAttrs = {
  /** Heads that are rotated, from the first column on, and channels of each. */
  readonly heads: number;
  readonly size: number;
  /** Angle by which each pair of channels turns from one position to the next. */
  readonly frequencies: readonly number[];
  /** Pairs are neighbours; else the two halves of the rotated channels. */
  readonly interleaved: boolean;
  /** Turn the other way. */
  readonly inverse: boolean;
  /** Inputs are x, one table or two, positions and an offset, where there are such. */
  readonly far: boolean;
  readonly positions: boolean;
  readonly offset: boolean;
};

/** The positions that have a place in the tables: all from 0 to below this. */
export const POSITIONS = 2 ** 20;
