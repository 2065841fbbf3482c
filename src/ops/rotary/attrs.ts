/** The attributes of this folder's op, which op and reference share. */

export type RotaryAttrs = {
  /** Number of heads that are rotated, from the first column on, and channels of each. */
  readonly heads: number;
  readonly size: number;
  /** The angle by which each pair of channels is rotated per position. */
  readonly frequencies: readonly number[];
  /** Whether neighbouring channels are paired; else channels of the two halves are. */
  readonly interleaved: boolean;
  /** Whether to rotate by the negative angles. */
  readonly inverse: boolean;
  /** Whether a second table, positions and an offset follow x and the first table as inputs. */
  readonly far: boolean;
  readonly positions: boolean;
  readonly offset: boolean;
};

/** Number of positions that the tables cover, from 0 on. */
export const POSITIONS = 2 ** 20;
