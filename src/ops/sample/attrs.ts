/** The attributes of this folder's ops. */
export type GumbelAttrs = {
  /** A number that is different for each op that draws from the same key. */
  readonly stream: number;
};

export type NucleusAttrs = {
  /** The probability that the nucleus covers, from 0 to 1. */
  readonly mass: number;
};
