/** The attributes and names of this folder's ops, which op and reference share. */
export type CumulativeAttrs = {
  readonly axis: number;
  /** Whether lines are summed from their end to their beginning. */
  readonly reverse: boolean;
  /** Whether the result at an element leaves the element itself out. */
  readonly exclusive: boolean;
};

export type CumulativeName = 'cumsum' | 'cumprod';
