/** The attributes of this folder's ops, which op and reference share. */
export type DropoutAttrs = {
  /** Probability that an element is dropped, 0 to below 1. */
  readonly rate: number;
  /** A number that is different for each dropout in a model, whose random bits it makes independent. */
  readonly stream: number;
};
