/** The attributes and names of this folder's ops, which op and reference share. */
export type CumulativeAttrs = {
  readonly axis: number;
  /** Whether lines run from their end to their begin. */
  readonly reverse: boolean;
  /** Whether an element's result is of those before it, without itself. */
  readonly exclusive: boolean;
};

export type CumulativeName = 'cumsum' | 'cumprod';
