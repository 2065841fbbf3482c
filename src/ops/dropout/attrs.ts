/** The attributes of this folder's ops, which op and reference share. */
export type DropoutAttrs = {
  /** Probability that an element is dropped, 0 to below 1. */
  readonly rate: number;
  /** Tells apart the dropouts of one step; each place in a model has its own. */
  readonly stream: number;
};
